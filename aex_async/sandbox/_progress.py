"""How far an installation is, given its age."""

from attrs import frozen

PROVISIONING_SECONDS = 132
"""From the order to a live line; the dates of "Check customer service" are so far apart."""


@frozen
class Stage:
    """One step of an installation, as work orders, services word it."""

    begins: float
    status: str
    status_id: str
    client_status: str
    comment: str
    service_status: str
    service_status_id: int
    live: bool = False


_STAGES = (
    Stage(
        0,
        "New Order",
        "34A8DC44-7B32-40FF-8F95-FA415BB8D82A",
        "Order in progress",
        "Work Order created on service creation.",
        "Pending",
        2,
    ),
    # Phrases vary in case (field notes, "Values").
    Stage(
        30,
        "ASSIGNED",
        "6F1C3B0E-58A7-4D92-9C64-2B7E0D5A8F13",
        "Order in progress",
        "Assigned to an installer.",
        "Pending",
        2,
    ),
    Stage(
        90,
        "In progress",
        "B92D7E45-0C16-4F38-A57B-9E3F1C6D2A80",
        "Installation in progress",
        "The installer is on site.",
        "Installing",
        3,
    ),
    Stage(
        PROVISIONING_SECONDS,
        "Completed",
        "D04E8A71-93B5-4C2F-8D16-7A5C0F3E9B62",
        "Completed",
        "Installation completed.",
        "Active",
        4,
        live=True,
    ),
)


def stage_at(age: float) -> Stage:
    """Return the step that an order placed `age` seconds ago has reached."""
    return next(stage for stage in reversed(_STAGES) if stage.begins <= max(age, 0))
