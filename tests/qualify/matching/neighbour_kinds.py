"""Addresses beside neighbours that differ in one thing, labelled by hand in the form of `pairs`."""

from typing import Final

from tests.qualify.matching.pairs import Pair, read_text

_TOLD: Final = r"""
# What stands behind a corner's other street
9, Vlei Street, Bethal, Bethal, ZA, 2310, Mpumalanga
= h/v Vleistraat 9 en Bothastraat, Bethal
% h/v Vleistraat 9 en Botha Unit 7, Bethal
% h/v Vleistraat 9 en Botha Woonstel 7, Bethal
% h/v Vleistraat 9 en Botha 12, Bethal
# Streets that are the extension of another
17, Rivonia Road, Athol Park, Sandton, ZA, 2196, Gauteng
= 17 Rivonia Road, Athol Park, Sandton
% 17 Rivonia Road Ext, Athol Park, Sandton
% 17 Rivonia Road Extension Athol Park Sandton
~ 17 Rivonia Road, Athol Park Ext, Sandton
19, Rivonia Road Extension, Athol Park, Sandton, ZA, 2196, Gauteng
= 19 Rivonia Rd Ext, Athol Park, Sandton
= 19 Rivonia Road Extension Athol Park Sandton
! 19 Rivonia Road, Athol Park, Sandton
# One direction of the street, one of the town
512, Elm Street, West Chester, US, 19380, Pennsylvania
= 512 Elm St West Chester PA
% 512 Elm St West West Chester PA
514, Elm Street West, West Chester, US, 19380, Pennsylvania
= 514 Elm St West West Chester PA
# A unit's building behind the street
235 (Unit 8 Aloe Ridge), Umbilo Road, Glenwood, Durban, ZA, 4001, Kwazulu Natal
= 235 Umbilo Road, Unit 8, Aloe Ridge, Glenwood, Durban
! 235 Umbilo Road, Unit 8, Protea Ridge, Glenwood, Durban
237 (Unit 5 Block C Lakeside Mews), La Quinta Street, Silver Lakes, Pretoria, ZA, 0081, Gauteng
= 237 La Quinta Street, Block C, Unit 5, Lakeside Mews, Silver Lakes, Pretoria
! 237 La Quinta Street, Block D, Unit 5, Lakeside Mews, Silver Lakes, Pretoria
% 237 La Quinta Street, Unit 5, Lakeside Mews, Silver Lakes, Pretoria
2308 (Bldg 4 Apt 2011), Wickwood Drive, Houston, US, 77031, Texas
= 2308 Wickwood Dr, Building #4, #2011, Houston, TX
! 2308 Wickwood Dr, Building #5, #2011, Houston, TX
# A letter in brackets
14, Tyrwhitt Avenue, Saxonwold, Johannesburg, ZA, 2196, Gauteng
= 14 Tyrwhitt Ave, Saxonwold, Johannesburg
% 14 (A) Tyrwhitt Avenue, Saxonwold, Johannesburg
% 14 (3), Tyrwhitt Avenue, Saxonwold, Johannesburg
# Parts of townships
21455, Extension 24, Vosloorus, ZA, 1475, Gauteng
= 21455 Vosloorus Ext 24
= Stand 21455, Vosloorus X24
! 21455 Vosloorus Ext 25
8, Ntuli Crescent, KwaMashu F, KwaMashu, ZA, 4360, Kwazulu Natal
= 8 Ntuli Cres, KwaMashu F, KwaMashu
! 8 Ntuli Crescent, Section E, KwaMashu, 4360
34, Sycamore Street, Dainfern Valley, Sandton, ZA, 2191, Gauteng
= 34 Sycamore St, Dainfern Valley, Sandton
! 34 Sycamore St, Dainfern, Sandton
~ 34 Sycamore St, Dainfern Valley
# Towns whose suburbs share their streets
4, Umdoni Road, Warner Beach, Amanzimtoti, ZA, 4126, Kwazulu Natal
= 4 Umdoni Road, Warner Beach, Toti
= 4 Umdoni Road, Amanzimtoti, 4126
~ 4 Umdoni Road, Amanzimtoti
# Ordinals
23, 3rd Avenue, Parktown North, Johannesburg, ZA, 2193, Gauteng
= 23-3rd Avenue, Parktown North, Johannesburg
! 24-3rd Avenue, Parktown North, Johannesburg
9200, West 79th Street, Justice, US, 60458, Illinois
= 9200 W. Seventy-Ninth Street, Justice, IL
! 9200 W. Seventy-Eighth Street, Justice, IL
77, West 80th Street, Justice, US, 60458, Illinois
= 77 West Eightieth St, Justice, IL
# Puerto Rico's blocks
B12, Calle 7, Urb Villa Rica, Bayamon, US, 00959, Puerto Rico
= B 12 Calle 7 Urb Villa Rica Bayamon PR 00959
= Urb Villa Rica, B-12 Calle 7, Bayamon, PR
! Urb Villa Espana, B-12 Calle 7, Bayamon, PR
% B12 Calle 7, Bayamon, PR 00959
"""


def read_neighbour_kinds() -> list[Pair]:
    """Return the labelled pairs."""
    return read_text(_TOLD)
