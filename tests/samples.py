"""The samples of the ISP flow, verbatim where they are JSON, and mended where they are not."""

# Step 1, the example request.
NEW_CUSTOMER = """\
{
  "customer": {
    "first_name": "String",
    "last_name": "String",
    "email": "String",
    "username": "string",
    "password": "string",
    "mobile_number": "String",
    "home_number": "String"
  }
}
"""

# Step 1, 400.
EMAIL_TAKEN = """\
{
    "code": 400,
    "errors": {
        "email": [
            "is already taken"
        ]
    },
    "full_errors": [
        "email is already taken"
    ]
}
"""

# Every step, 401.
NOT_AUTHENTICATED = """\
{
    "code": 401,
    "errors": [
        "Not Authenticated"
    ]
}
"""

# Step 2, 200: one bare customer where a list is promised.
CUSTOMER = """\
{
    "id": "FC65F24E-AADD-440E-AF96-9CBBDFA50349",
    "parent_id": "AEEF38C0-F1E9-4E83-AD4F-3E35AAB8DFCF",
    "portal_user_id": "AABDE29F-B2B2-456F-916E-699D0BD28CFC",
    "first_name": "string",
    "last_name": "string",
    "business_name": null,
    "email": "string",
    "username": "string",
    "mobile_number": "string",
    "home_number": "string",
    "work_number": null,
    "external_reference": null,
    "fno_opt_in": null,
    "isp_opt_in": null,
    "opt_in_ip_address": null,
    "vat_number": null,
    "identity_number": null,
    "registration_number": null,
    "billing_address": null,
    "billing_suburb": null,
    "billing_city": null,
    "billing_postal_code": null,
    "billing_province": null,
    "billing_country": null,
    "physical_address": null,
    "physical_suburb": null,
    "physical_city": null,
    "physical_postal_code": null,
    "physical_province": null,
    "physical_country": null,
    "service_provider_flag": false,
    "fax_number": null,
    "nationality": null,
    "identification_type_id": null,
    "created_at": "2024-10-17 13:42:49 +0200",
    "updated_at": "2024-10-17 13:42:49 +0200",
    "enabled": true,
    "alternative_number": null,
    "preferred_contact_method": null,
    "comments": null,
    "preferred_contact_time": null
}
"""

# Step 3, 200.
# Mended: the document does not close the list; a `]` stands before the last line.
PREDEFINED_PREMISES = """\
{
"items": [
    {
        "id": 1616056,
        "guid": "66E9BB4D-E360-4F40-A30E-AF27F52392B6",
        "full_text": "38 , David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng",
        "latitude": -26.038965,
        "longitude": 27.738254,
        "operator_id": "AEEF38C0-F1E9-4E83-AD4F-3E35AAB8DFCF",
        "premise_id": "783D71D3-B0A4-4C90-8392-C43294A976DC",
        "updated_at": "2023-07-05T11:02:23+02:00",
        "created_at": "2023-07-05T11:02:23+02:00",
        "deleted_at": null,
        "area_id": "9F961EB9-4D8D-4917-A9C5-56EA835E2C74"
    },
    {
        "id": 2554308,
        "guid": "6E865394-5B48-4403-8D80-741D1F7E43DD",
        "full_text": "12, Varing Street(Cottage), Homelake, Randfontein, ZA, 1759, Gauteng",
        "latitude": -26.1813322,
        "longitude": 27.6936082,
        "operator_id": "AEEF38C0-F1E9-4E83-AD4F-3E35AAB8DFCF",
        "premise_id": "3FB9D64F-1C58-4439-9277-64757FBCC6BD",
        "updated_at": "2024-06-04T12:39:12+02:00",
        "created_at": "2024-06-04T12:39:12+02:00",
        "deleted_at": null,
        "area_id": "5941F0BE-2A6E-4329-8338-547F161816C2"
    }
]
}
"""

# Step 4, 200.
PRODUCTS = """\
{
    "items": [
        {
            "id": "C567389A-2D36-4C29-AD46-0EC3D7A7D0EA",
            "provider_id": "40B2AAA0-96A7-4856-BA35-90E6B0D1C4B6",
            "parent_id": "452C55AD-16F0-4248-A745-E270BB44590C",
            "name": "ips product 10/2 Mbps",
            "description": "ips product 10/2 Mbps",
            "speed_up": 2,
            "speed_down": 10,
            "min_contract": 1,
            "effective_date": "2023-09-04 00:00:00 +0200",
            "status": "Active",
            "type_name": "ISP",
            "provider": "MockIsp",
            "pricing": [
                {
                    "id": "E6A396D4-8C0E-48E2-8008-48AC13F04CFA",
                    "price_type": "Monthly",
                    "currency_code": "ZAR",
                    "tax": 15.0,
                    "value": 477.3913,
                    "value_incl": 549.0
                }
            ],
            "logo": "/Images/Logos/308FCA5F-3E46-468B-891C-97A986E45677.jpg"
        },
        {
            "id": "D728F54D-5769-4833-B168-12B1E86D3CAF",
            "provider_id": "40B2AAA0-96A7-4856-BA35-90E6B0D1C4B6",
            "name": "School Service",
            "speed_up": 10,
            "speed_down": 1000,
            "min_contract": 1,
            "effective_date": "2020-04-30 00:00:00 +0200",
            "status": "Active",
            "type_name": "ISP",
            "provider": "MockIsp",
            "pricing": []
        }
    ]
}
"""

# Step 5, the example request.
# Mended: the document has `// guid from predefine-premise` and `// guid from products` after the two values.
NEW_SERVICE = """\
{
"customer": {
    "id": "4348AEF7-AD89-4309-AC29-DCB621C308CF",
    "first_name": "String",
    "last_name": "String",
    "email": "String",
    "username": "String",
    "mobile_number": "String"
        },
        "premise": {
            "external_reference": "287C94C4-0196-4999-9348-15ACC0EE7A0A"
        },
        "service": {
            "product_id": "50726131-B525-4732-A2D5-0B3736CDFB69"
        }
    }
"""

# Step 5, 201: `service_id` is the `product_id` of the request.
CREATED_SERVICE = """\
{
    "customer": {
        "id": "4348AEF7-AD89-4309-AC29-DCB621C308CF"
    },
    "premise": {
        "external_reference": "287C94C4-0196-4999-9348-15ACC0EE7A0A"
    },
    "service": {
        "service_id": "50726131-B525-4732-A2D5-0B3736CDFB69"
    }
}
"""

# Step 6, 200. Step 7 shows the same text, byte for byte, as its service.
PREMISE = """\
{
    "id": "B002A6B4-6541-47A5-8438-BE8ACEAA6D82",
    "area_id": "548F9777-D0F9-45A3-A2A7-A352583456E6",
    "latitude": -29.7852390438,
    "longitude": 30.9828323552,
    "reference": null,
    "external_reference": "287C94C4-0196-4999-9348-15ACC0EE7A0A",
    "asset_reference": null,
    "mdu_block": null,
    "mdu_floor": null,
    "plot_number": null,
    "street_number": "9",
    "street_name": "Pompano Place",
    "intersection": null,
    "suburb": "Newlands",
    "city": "Durban",
    "country_code": "ZA",
    "postal_code": "4037",
    "province": "Kwazulu Natal",
    "mdu_name": null,
    "mdu_unit": null,
    "customer_id": "4348AEF7-AD89-4309-AC29-DCB621C308CF",
    "name": "AutoCreated_ 19653",
    "type_id": null,
    "created_at": "2024-10-08 13:19:29 +0200",
    "updated_at": "2024-10-08 13:19:29 +0200",
    "status": "Has Existing Service"
}
"""

# Steps 6 and 7, 404.
NOT_FOUND = """\
{
    "code": 404,
    "errors": [
        "not found"
    ]
}
"""

# "Check customer service", 200.
CUSTOMER_SERVICES = """\
{
    "items":
    [
      {
       "id":"533EE0A6-7279-415B-9ED1-191BC406AB9D",
       "customer_id":"8DC17240-9312-4EE0-A313-CF519657E2D3",
       "product_id":"AD0B8EFA-20ED-41E2-BFCF-D48761CA82F8",
       "provider_id":"78029096-2916-4773-A281-4F8331A853DB",
       "premise_id":"FA8909FA-2C81-450E-AD9F-62A689623896",
       "preorder":false,"isp_reference":null,
       "reference_code":null,
       "port_number":"1",
       "pppoe_username":"533EE0A67279415B9ED1191BC406AB9D@bb.openfiberusa.com",
       "pppoe_password":"LKNY0DE1P",
       "pppoe_ip_address":null,
       "wifi_username":"RippleFiber_ID3Y",
       "wifi_password":"30e97e3c78",
       "provisioned":false,
       "provisioned_date":"2024-10-16 13:07:42 +0200",
       "on_network":false,
       "on_network_date":"2024-10-16 13:07:42 +0200",
       "completed":false,
       "completed_date":"2024-10-16 13:07:42 +0200",
       "cancelled":false,
       "cancelled_date":null,
       "expiry_date":null,
       "promo_code":null,
       "sales_agent":null,
       "sales_channel_id":null,
       "termination_cause_id":null,
       "deleted_at":null,
       "created_at":"2024-10-16 13:05:30 +0200",
       "auto_configured":null,
       "cancellation_reason":null,
       "status_id":2,
       "start_date":null,
       "config_info":"<config_info><enable_band_steering>true</enable_band_steering></config_info>",
       "suspended_date":null,
       "updated_at":"2024-10-16 13:05:30 +0200",
       "created_by_id":null,
       "dhcp_enabled":false,
       "rica_validated":null,
       "last_network_check":null,
       "level":null,
       "service_configuration_id":1,
       "ip_v4_public":null,
       "ip_v6_public":null,
       "pppoe_v6_address":null,
       "deleted_date":null
      }
     ],
 "total":1
}
"""

# "Check customer service work order", 200.
# Mended: the document has no commas after `page` and `count`.
WORK_ORDERS = """\
{
    "items":
    [
      {
       "guid": "796712E9-36BE-4510-B9BE-607B721AD551",
       "id": "796712E9-36BE-4510-B9BE-607B721AD551",
       "type_id": 1,
       "account_id": "533EE0A6-7279-415B-9ED1-191BC406AB9D",
       "reference": "20241016-399307266",
       "on_hold": false,
       "completed_date": null,
       "close_date": null,
       "schedule_date": null,
       "schedule_time": null,
       "scheduled_date_time": null,
       "external_reference": null,
       "device_specified": false,
       "category": null,
       "updated_at": "2024-10-16 13:05:30 +0200",
       "last_update_date": "2024-10-16 13:05:30 +0200",
       "created_at": "2024-10-16 13:05:30 +0200",
       "start_date": "2024-10-16 13:05:30 +0200",
       "status_id": "34A8DC44-7B32-40FF-8F95-FA415BB8D82A",
       "assigned_id": null,
       "assigned_user_id": null,
       "installer_id": null,
       "created_by_id": "97E84EDE-39AC-4324-817F-4ADD8623EFC4",
       "disable_auto_wo_creation": false,
       "summary": null,
       "description": null,
       "status": "New Order",
       "type": "Installation",
       "service_id": "533EE0A6-7279-415B-9ED1-191BC406AB9D",
       "installer": null,
       "last_comment": "Work Order created on service creation.",
       "assigned": null,
       "assigned_user": null,
       "created_by": "AEx System",
       "client_status": "Order in progress"
      }
     ],
 "page":1,
 "count":1,
 "total":1
}
"""
