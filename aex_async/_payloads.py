"""What the two writes of the ISP flow send."""

from typing import Any

from aex_async.models import NewCustomer, NewService


def describe_customer(new: NewCustomer) -> dict[str, Any]:
    """Return the body of `POST /customers` (isp-flow.txt, step 1); what is `None` stays out."""
    customer = {
        "first_name": new.first_name,
        "last_name": new.last_name,
        "email": new.email,
        "username": new.username,
        "password": new.password,
        "mobile_number": new.mobile_number,
        "home_number": new.home_number,
    }
    return {"customer": {name: value for name, value in customer.items() if value is not None}}


def describe_service(new: NewService) -> dict[str, Any]:
    """Return the body of `POST /services/full` (isp-flow.txt, step 5)."""
    customer = new.customer
    return {
        "customer": {
            "id": customer.id,
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "email": customer.email,
            "username": customer.username,
            "mobile_number": customer.mobile_number,
        },
        "premise": {"external_reference": new.premise_guid},
        "service": {"product_id": new.product_id},
    }
