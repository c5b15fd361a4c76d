"""Customers: one to sign up (ISP flow, step 1), and one as AEx knows it (step 2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import Attribute, field, frozen

from aex_async._arguments import check_email, check_text
from aex_async.models.base import Model, Scalar, extra_field


def _text(_: object, attribute: "Attribute[str]", value: object) -> None:
    check_text(value, attribute.name)


def _optional_text(_: object, attribute: "Attribute[str | None]", value: object) -> None:
    if value is not None:
        check_text(value, attribute.name)


def _email(_: object, attribute: "Attribute[str]", value: object) -> None:
    check_email(value, attribute.name)


@frozen(kw_only=True, repr=False, eq=False)
class NewCustomer(Model):
    """A customer to sign up (ISP flow, step 1). A bad field raises `UsageError` at once.

    `email` must be new to AEx. `username` is in one of the document's samples and not in its table; without it
    AEx takes the e-mail.
    """

    first_name: str = field(validator=_text)
    last_name: str = field(validator=_text)
    email: str = field(validator=_email, repr=False)
    password: str = field(validator=_text, repr=False)
    mobile_number: str = field(validator=_text, repr=False)
    home_number: str | None = field(default=None, validator=_optional_text, repr=False)
    username: str | None = field(default=None, validator=_optional_text, repr=False)


@frozen(kw_only=True, repr=False, eq=False)
class Customer(Model):
    """A customer (ISP flow, step 2)."""

    id: str
    parent_id: str | None = None
    portal_user_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    business_name: Scalar | None = None
    email: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    mobile_number: str | None = field(default=None, repr=False)
    home_number: str | None = field(default=None, repr=False)
    work_number: Scalar | None = field(default=None, repr=False)
    external_reference: Scalar | None = None
    fno_opt_in: Scalar | None = None
    isp_opt_in: Scalar | None = None
    opt_in_ip_address: Scalar | None = None
    vat_number: Scalar | None = None
    identity_number: Scalar | None = field(default=None, repr=False)
    registration_number: Scalar | None = None
    billing_address: Scalar | None = None
    billing_suburb: Scalar | None = None
    billing_city: Scalar | None = None
    billing_postal_code: Scalar | None = None
    billing_province: Scalar | None = None
    billing_country: Scalar | None = None
    physical_address: Scalar | None = None
    physical_suburb: Scalar | None = None
    physical_city: Scalar | None = None
    physical_postal_code: Scalar | None = None
    physical_province: Scalar | None = None
    physical_country: Scalar | None = None
    service_provider_flag: bool | None = None
    fax_number: Scalar | None = field(default=None, repr=False)
    nationality: Scalar | None = None
    identification_type_id: Scalar | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    enabled: bool | None = None
    alternative_number: Scalar | None = field(default=None, repr=False)
    preferred_contact_method: Scalar | None = None
    comments: Scalar | None = field(default=None, repr=False)
    preferred_contact_time: Scalar | None = None
    extra: Mapping[str, Any] = extra_field()
