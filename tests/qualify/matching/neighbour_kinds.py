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
^ 17 Rivonia Road, Athol Park Ext, Sandton
19, Rivonia Road Extension, Athol Park, Sandton, ZA, 2196, Gauteng
= 19 Rivonia Rd Ext, Athol Park, Sandton
= 19 Rivonia Road Extension Athol Park Sandton
! 19 Rivonia Road, Athol Park, Sandton
! 19 Rivonia Road Athol Park Sandton
# Names of suburbs that might be buildings' as well
147, Burger Avenue, Hennopspark, Centurion, ZA, 0157, Gauteng
= 147 Burger Ave, Hennopspark, Centurion
^ 147 Burger Avenue, Burger Manor, Hennopspark, Centurion, 0157
^ Burger Manor, 147 Burger Avenue, Centurion, 0157
% 147 Burger Avenue, Lyttelton Manor, Centurion, 0157
% 147 Burger Ave, Eldoraigne Heights, Centurion
% 147 Burger Ave, Midstream Estate, Centurion, 0157
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
^ 4 Umdoni Road, Amanzimtoti, 4126
^ 4 Umdoni Road, Amanzimtoti
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
# Another town of the same code
3411, Hudson Avenue, North Chicago, US, 60064, Illinois
= 3411 Hudson Ave, North Chicago, IL 60064
^ 3411 Hudson Ave, Chicago, IL 60064
% 3411 Hudson Ave, Chicago, IL
3415, Hudson Avenue, Chicago Heights, US, 60411, Illinois
= 3415 Hudson Ave, Chicago Heights, IL
^ 3415 Hudson Ave, Chicago, IL 60411
% 3415 Hudson Ave, Chicago, IL
57, Broadway, Brookhaven, US, 10006, New York
= 57 Broadway, Brookhaven, NY 10006
^ 57 Broadway, New York, New York 10006
= 57 Broadway, Brookhaven, New York
# A suburb of the town's own name
18, Mark Street, Greyton, Caledon, ZA, 7230, Western Cape
= 18 Mark Street, Greyton, Caledon
^ 18 Mark Street, Caledon, Caledon, 7230
2270, Twai Street, Evaton North, Evaton North, ZA, 1984, Gauteng
= 2270 Twai Street, Evaton North, 1984
% 2270 Twai Street, Evaton, Evaton North
^ 2270 Twai Street, Evaton, Evaton North, 1984
121, Sixth Avenue, Greyville Park, Greyville, ZA, 4001, Kwazulu Natal
= 121 Sixth Avenue, Greyville Park, Greyville
% 121 Sixth Avenue, Greyville, Greyville, 4001
27 (Flat 2 Stoneridge), Marigold Street, Stanger, Stanger, ZA, 4450, Kwazulu Natal
= Flat 2 Stoneridge, 27 Marigold Street, Stanger, 4450
^ Flat 2 Stoneridge, 27 Marigold Street, Stanger Manor, Stanger, 4450
2064, Muhuyu Street, Diepkloof, Diepkloof, ZA, 1862, Gauteng
= 2064 Muhuyu Street, Diepkloof, 1862
^ 2064 Muhuyu Street, Diepkloof, Diepkloof 4, 1862
# Streets that go on
1, Washington Square Village, New York, US, 10012, New York
= 1 Washington Square Village, New York, NY 10012
^ 1 Washington Square, New York, NY 10012
8081, Mathulas Street Zone 6, Diepkloof Ext 3, Soweto, ZA, 1864, Gauteng
= 8081 Mathulas Street, Zone 6, Diepkloof Ext 3, Soweto
~ 8081 Mathulas Street, Zone 6, Diepkloof, Soweto
9, Corlett Drive & Irene Avenue, Fairway, Johannesburg, ZA, 2196, Gauteng
= 9 Corlett Drive & Irene Ave, Fairway, Johannesburg
^ 9 Corlett Drive, Fairway, Johannesburg, 2196
! 9 Corlett Drive, Bramley, Johannesburg
# A direction that a comma parts from its street
2136, W Foster Avenue, Lincoln Square, Chicago, US, 60625, Illinois
= 2136 W Foster Ave, Chicago, IL
^ 2136 W Foster Ave, SE, Chicago, IL 60625
# A part of what has the number
585, Jasmyn Street, Silverton, Pretoria, ZA, 0127, Gauteng
= 585 Jasmyn Street, Silverton, Pretoria
% Portion 3, 585 Jasmyn Street, Silverton, Pretoria
3416, N Larkspur Court, Tupelo, US, 38801, Mississippi
= 3416 N Larkspur Ct, Tupelo, MS
! 3416 S Larkspur Ct, Tupelo, MS
^ 3416 LarkspurCt, Tupelo, MS
402, Seventh Avenue North Extension, Nashville, US, 37219, Tennessee
= 402 Seventh Avenue North Extension, Nashville, TN
^ 402 7th Ave N, Nashville, TN 37219
# Parts of what has the number
16 (Unit 3 Villa Rosa), Acacia Road, Fourways, Sandton, ZA, 2191, Gauteng
= Unit 3 Villa Rosa, 16 Acacia Road, Fourways, Sandton
= Erf 99, Unit 3 Villa Rosa, 16 Acacia Road, Fourways, Sandton
% Portion 4, Unit 3 Villa Rosa, 16 Acacia Road, Fourways, Sandton
% Yard 3, Unit 3 Villa Rosa, 16 Acacia Road, Fourways, Sandton
18, Acacia Road, Fourways, Sandton, ZA, 2191, Gauteng
= 18 Acacia Road, Fourways, Sandton
% 18 Acacia Road, F4, Fourways, Sandton
% 18 Acacia Road, Villa 7, Fourways, Sandton
% 18 Acacia Road, Unit BB, Fourways, Sandton
% 18 Acacia Road, Flat four, Fourways, Sandton
18 (Unit 4 Oak Mews), Acacia Road, Fourways, Sandton, ZA, 2191, Gauteng
= 18 Acacia Road, Unit 4, Oak Mews, Fourways, Sandton
= 18 Acacia Road, Apartment4, Oak Mews, Fourways, Sandton
% Unit 4 A Oak Mews, 18 Acacia Road, Fourways, Sandton
^ 18 Acacia Road, Townhouse 4, Oak Mews, Fourways, Sandton
1606, Bay Avenue, Miami Beach, US, 33139, Florida
= 1606 Bay Ave, Miami Beach, FL 33139
% 1606 Bay Ave, Site 5, Miami Beach, FL 33139
% Section C, 1606 Bay Ave, Miami Beach, FL 33139
# Places whose last word might begin a unit, before their code
5571, Beach Road, Hout Bay, Cape Town, ZA, 7806, Western Cape
= 5571 Beach Road, Hout Bay 7806
= 5571 Beach Rd Hout Bay 7806
= 5571 Beach Road, Hout Bay 7806, Cape Town
= 5571 Beach Road, Hout Bay 7806 Cape Town
= Hout Bay 7806, 5571 Beach Road
^ 5571 Beach Road, Hout Bay, Cape Town (7806)
5572, Harbour Road, Gordons Bay, Gordons Bay, ZA, 7140, Western Cape
= 5572 Harbour Road, Gordons Bay 7140
# Places whose first word might be a unit
5573, Broadway, Manhattan, New York, US, 10024, New York
^ 5573 Broadway, Upper West Side, New York, NY 10024
% 5573 Broadway, Lower Level, New York, NY 10024
5574, Vine Street, Los Angeles, US, 91604, California
^ 5574 Vine St, Studio City, CA 91604
"""


def read_neighbour_kinds() -> list[Pair]:
    """Return the labelled pairs."""
    return read_text(_TOLD)
