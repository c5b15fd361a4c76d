"""Who orders what in these tests: names from the document, or made up."""

from typing import Any

BASE = "https://sandbox.example.com"
HEADERS = {"Authorization": "Bearer sandbox-token", "Accept": "application/json"}

THANDI = "FC65F24E-AADD-440E-AF96-9CBBDFA50349"
CONNECTED = "4348AEF7-AD89-4309-AC29-DCB621C308CF"
WAITING = "8DC17240-9312-4EE0-A313-CF519657E2D3"

POMPANO_9 = "287C94C4-0196-4999-9348-15ACC0EE7A0A"
POMPANO_11 = "5D1B7C20-3E9F-4A68-B1C4-8F0E6D2A7953"
PREMISE_9 = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
PREMISE_11 = "4BF2A897-A38C-4D24-82C6-F2184C8832E4"
PRODUCT = "50726131-B525-4732-A2D5-0B3736CDFB69"
AMERICAN_PRODUCT = "AD0B8EFA-20ED-41E2-BFCF-D48761CA82F8"
OLD_SERVICE = "34A39B28-8547-4853-9CAC-56F168EDE9D2"
NEW_SERVICE = "533EE0A6-7279-415B-9ED1-191BC406AB9D"


def sign_up(**changes: object) -> dict[str, Any]:
    """Return the body of `POST /customers`."""
    person: dict[str, object] = {
        "first_name": "Ann",
        "last_name": "Specimen",
        "email": "ann@example.co.za",
        "password": "correct horse",
        "mobile_number": "0005550142",
    }
    return {"customer": {**person, **changes}}


def order(customer: object = THANDI, premise: object = POMPANO_11, product: object = PRODUCT) -> dict[str, Any]:
    """Return the body of `POST /services/full`."""
    return {
        "customer": {
            "id": customer,
            "first_name": "Thandi",
            "last_name": "Example",
            "email": "thandi.example1@example.com",
            "username": "thandi.example1@example.com",
            "mobile_number": "0005550100",
        },
        "premise": {"external_reference": premise},
        "service": {"product_id": product},
    }
