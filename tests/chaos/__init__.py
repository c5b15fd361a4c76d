"""Orders by the hundred thousand, half of them disturbed; and processes that are killed in the middle of one."""
