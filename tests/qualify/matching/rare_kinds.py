"""Rarer kinds of address, labelled by hand in the form of `pairs`."""

from typing import Final

from tests.qualify.matching.pairs import Pair, read_text

_TOLD: Final = r"""
# One postal code, another suburb
27, Disa Road, Lakeside, Muizenberg, ZA, 7945, Western Cape
= 27 Disa Rd, Lakeside, 7945
= 27 Disa Rd Lakeside Muizenberg
! 27 Disa Road, Capricorn, 7945
! 27 Disa Road, Vrygrond, Muizenberg, 7945
! 27 Disa Rd, Marina Da Gama, Muizenberg, 7945, Western Cape
~ 27 Disa Road, Muizenberg, 7945
14, Caledon Street, Zonnebloem, Cape Town, ZA, 7925, Western Cape
= 14 Caledon St, Zonnebloem, Cape Town
~ 14 Caledon St, District Six, Cape Town, 7925
! 14 Caledon St, Woodstock, Cape Town, 7925
33, Toby Street, Sophiatown, Johannesburg, ZA, 2092, Gauteng
~ 33 Toby St, Triomf, Johannesburg
~ Tobystraat 33, Triomf, 2092
! 33 Toby St, Westdene, Johannesburg, 2092
61, Main Road, Sea Point, Cape Town, ZA, 8005, Western Cape
= 61 Main Rd, Seapoint, Cape Town
~ Hoofweg 61, Seepunt, Kaapstad, 8005
! 61 Main Rd, Green Point, Cape Town, 8005
! 61 Main Road, Three Anchor Bay, Cape Town, 8005
# Erven, portions, remainders, sections
418, Kiaat Street, Doornpoort, Pretoria, ZA, 0017, Gauteng
= Erf 418, Kiaat Street, Doornpoort, Pretoria
= ERF418 KIAAT STREET DOORNPOORT PRETORIA
= Erf No. 418, Kiaatstraat, Doornpoort, Pretoria
? Erf 418 Ptn 4, Kiaat Street, Doornpoort, Pretoria
? Portion 4 of Erf 418, Kiaat Street, Doornpoort, Pretoria
? Gedeelte 4 van Erf 418, Kiaatstraat, Doornpoort, Pretoria
! Erf 814, Kiaat Street, Doornpoort, Pretoria
! Erf 4180, Kiaat Street, Doornpoort, Pretoria
63, Plot, Mnandi AH, Centurion, ZA, 0157, Gauteng
= Plot 63 Mnandi AH, Centurion
= Plot no 63, Mnandi AH, Centurion, 0157
~ Holding 63, Mnandi Agricultural Holdings, Centurion
! Plot 36, Mnandi AH, Centurion
! Plot 63, Raslouw AH, Centurion
102, Kafferskraal 475, Brits, Madibeng, ZA, 0250, North West
~ Portion 102 of the Farm Kafferskraal 475, Brits
= Portion 102, Kafferskraal 475, Brits, 0250
~ Portion 102 (of the farm Kafferskraal 475), Brits
~ PTN 102 FARM KAFFERSKRAAL 475 BRITS
~ Portion 102 of Farm Kafferskraal 475 JQ, Brits, Madibeng
! Portion 102 of the Farm Kafferskraal 457, Brits
! Portion 201 of the Farm Kafferskraal 475, Brits
! Portion 475 of the Farm Kafferskraal 102, Brits
! Remainder of the Farm Kafferskraal 475, Brits
# Afrikaans
7, Kerk Street, Hartbeesfontein, Klerksdorp, ZA, 2600, North West
= Kerkstr. 7, Hartbeesfontein, Klerksdorp
= Kerkstraat 7 Hartbeesfontein 2600
= h/v Kerkstraat 7 en Botha, Hartbeesfontein, Klerksdorp
~ 7 Church Street, Hartbeesfontein, Klerksdorp
~ Kerkstraat 7, Hartebeesfontein, Klerksdorp
! Kerkstraat 7A, Hartbeesfontein, Klerksdorp
! Kerksingel 7, Hartbeesfontein, Klerksdorp
! Kerkplein 7, Hartbeesfontein, Klerksdorp
31, Stasie Road, Malmesbury, Malmesbury, ZA, 7300, Western Cape
= Stasieweg 31, Malmesbury
~ 31 Station Rd, Malmesbury, 7300
! Stasiestraat 31, Malmesbury
! Skoolweg 31, Malmesbury
5, Vyfde Avenue, Melkbosstrand, Cape Town, ZA, 7441, Western Cape
= 5 5th Ave, Melkbosstrand, Cape Town
= 5de Laan 5, Melkbosstrand, Kaapstad
= 5 Fifth Avenue, Melkbosstrand, Cape Town
= Vyfdelaan 5, Melkbosstrand, Kaapstad
! 5 4th Ave, Melkbosstrand, Cape Town
! 4 5th Ave, Melkbosstrand, Cape Town
! 55 Ave, Melkbosstrand, Cape Town
88, Nuwe Market Street, Parow, Cape Town, ZA, 7500, Western Cape
~ 88 New Market St, Parow, Cape Town
? Nuwemarkstraat 88, Parow, Kaapstad
! 88 Market St, Parow, Cape Town
! 88 Ou Markstraat, Parow, Kaapstad
12, Skool Street, Parys, Parys, ZA, 9585, Free State
= Skoolstraat 12, Parys
~ 12 School Str, Parys, 9585
! 12 Skool Rylaan, Parys
9, Bergsig Rylaan, Paarl, Paarl, ZA, 7646, Western Cape
= Bergsigrylaan 9, Paarl
= 9 Bergsig Dr, Paarl
~ 9 Bergsig Drive Paarl
! 9 Bergsig Singel, Paarl
! 9 Bergsig Crescent, Paarl
# Estates, villages, blocks, floors, wings
204 (Unit 17 Acacia Mews), Bram Fischer Drive, Randpark Ridge, Randburg, ZA, 2169, Gauteng
= 17 Acacia Mews, 204 Bram Fischer Dr, Randpark Ridge, Randburg
~ Unit 17, Acacia Mews, 204 Bram Fischer Drive, Randpark Ridge
= U17 Acacia Mews, 204 Bram Fischer Drive, Randpark Ridge, Randburg
= Unit #17 Acacia Mews 204 Bram Fischer Drive Randpark Ridge Randburg
= Unit 17 (Acacia Mews), 204 Bram Fischer Drive, Randpark Ridge, Randburg
= 17/204 Bram Fischer Drive, Acacia Mews, Randpark Ridge, Randburg
% 204 Bram Fischer Drive, Randpark Ridge, Randburg
% Acacia Mews, 204 Bram Fischer Drive, Randpark Ridge, Randburg
! Unit 71 Acacia Mews, 204 Bram Fischer Drive, Randpark Ridge, Randburg
! Unit 17 Acacia Court, 204 Bram Fischer Drive, Randpark Ridge, Randburg
! Unit 17 Acacia Mews, 240 Bram Fischer Drive, Randpark Ridge, Randburg
16 (Office 302 Norwich Towers), Fredman Drive, Sandhurst, Sandton, ZA, 2196, Gauteng
= Office 302, Norwich Towers, 16 Fredman Dr, Sandhurst, Sandton
~ Suite 302, Norwich Towers, 16 Fredman Drive, Sandhurst, Sandton
! Office 203, Norwich Towers, 16 Fredman Drive, Sandhurst, Sandton
% Norwich Towers, 16 Fredman Drive, Sandhurst, Sandton
% 16 Fredman Drive, Sandhurst, Sandton
75 (Floor 4), Maude Street, Sandown, Sandton, ZA, 2196, Gauteng
= 4th Floor, 75 Maude St, Sandown, Sandton
= Level 4, 75 Maude Street, Sandown, Sandton
= 75 Maude Street, Floor 4, Sandown, Sandton
= 4de Vloer, Maudestraat 75, Sandown, Sandton
! 14th Floor, 75 Maude Street, Sandown, Sandton
! Flat 4, 75 Maude Street, Sandown, Sandton
% 75 Maude Street, Sandown, Sandton
Block B, Unit 6, Protea Park, 90, Oak Avenue, Highveld, Centurion, ZA, 0157, Gauteng
= Unit 6, Block B, Protea Park, 90 Oak Ave, Highveld, Centurion
= Block B Unit 6, Protea Park, 90 Oak Avenue, Highveld, Centurion
? B6 Protea Park, 90 Oak Avenue, Highveld, Centurion
! Unit 6, Block C, Protea Park, 90 Oak Avenue, Highveld, Centurion
! Unit 8, Block B, Protea Park, 90 Oak Avenue, Highveld, Centurion
! C6 Protea Park, 90 Oak Avenue, Highveld, Centurion
% Unit 6, Protea Park, 90 Oak Avenue, Highveld, Centurion
# Written without care
9, Jacaranda Road, Glenwood, Durban, ZA, 4001, Kwazulu Natal
= 9JACARANDAROAD GLENWOOD DURBAN
= 9Jacaranda Road, Glenwood, Durban
= 9 JacarandaRoad, Glenwood, Durban
= 9,Jacaranda Rd,Glenwood,Durban,4001
= 9   jacaranda   rd   glenwood   dbn
= No.9 Jacaranda Road, Glenwood, Durban
= Nr 9 Jacaranda Rd. Glenwood, Durban
= #9 Jacaranda Rd, Glenwood, Durban
= Glenwood, 9 Jacaranda Road, Durban
= Durban, Glenwood, Jacaranda Road 9
= Jacaranda Road 9, Glenwood, Durban
= Jacaranda Rd, 9, Glenwood, Durban
= Jacaranda Road No 9, Glenwood, Durban
= 9 Jacaranda Road, Glenwood, eThekwini, 4001
~ 9 Jacaranda Road, Glenwood, Durban 4001 Thabo Nkosi 083 555 1234
~ Thabo Nkosi 9 Jacaranda Road, Glenwood, Durban
~ 9 Jacaranda Road, Glenwood, Durban - 0835551234
~ 9 Jacaranda Road, Glenwood, Durban, Att: Thabo
~ 9 Jacaranda Road, Glenwood, Durban (031) 555-1234
~ 9 Jacaranda Road opp. Spar, Glenwood, Durban
~ 9 Jacaranda Road (opp Spar), Glenwood, Durban
~ 9 Jacaranda Road, Glenwood, Durban, gate code 1234
~ 9 Jacarnda Road, Glenwood, Durban
~ 9 Jacaranda Raod, Glenwod, Durban
~ 9 Jackaranda Rd, Glenwood, Durban
~ 9 Jacaranda, Glenwood, Durban
! 90 Jacaranda Road, Glenwood, Durban
! 9 Jacaranda Road, Glenmore, Durban, 4001
! 9 Jacaranda Road, Glen Anil, Durban
! 9 Jasmine Road, Glenwood, Durban
! 9 Jacaranda Close, Glenwood, Durban
! 9A Jacaranda Road, Glenwood, Durban
! 9 Jacaranda Road, Glenwood, George, 6529
? Jacaranda Road, Glenwood, Durban
? Glenwood, Durban, 4001
? 4001
# New names and old
15, Kings Road, Qonce, Qonce, ZA, 5601, Eastern Cape
= 15 Kings Rd, King Williams Town
= 15 Kings Road, King William's Town, 5601
= 15 Kings Rd, KWT
40, High Street, Makhanda, Makhanda, ZA, 6139, Eastern Cape
= 40 High St, Grahamstown
= 40 High St, Grahamstown, 6139
! 40 High St, Graaff-Reinet, 6280
3, Voortrekker Street, Lephalale, Lephalale, ZA, 0555, Limpopo
= Voortrekkerstraat 3, Ellisras
! Voortrekkerstraat 3, Nylstroom, 0510
21, Paul Kruger Street, Mbombela, Mbombela, ZA, 1200, Mpumalanga
= 21 Paul Kruger St, Nelspruit, 1200
~ 21 P Kruger Street, Nelspruit
! 21 Piet Kruger Street, Nelspruit
! 21 Paul Kruger Street, White River, 1240
# Saints and streets
19, St Lucia Street, Kloof, Pinetown, ZA, 3610, Kwazulu Natal
= 19 Saint Lucia St, Kloof, Pinetown
= 19 St. Lucia Str, Kloof, Pinetown
! 19 Lucia Street, Kloof, Pinetown
! 19 St Luke Street, Kloof, Pinetown
2045, Saint James Street, Rahway, US, 07065, New Jersey
= 2045 St James St, Rahway, NJ 07065
= 2045 ST JAMES ST RAHWAY NJ
= 2045 St. James St., Rahway, N.J.
! 2045 James St, Rahway, NJ 07065
! 2045 St James Pl, Rahway, NJ 07065
! 2045 St John St, Rahway, NJ 07065
630, Pine Street, St Joseph, US, 64501, Missouri
= 630 Pine St, Saint Joseph, MO 64501
= 630 Pine St St Joseph MO 64501
= 630 Pine St., St. Joseph, Mo.
! 630 Pine St, St Louis, MO
! 630 E Pine St, St Paul, MN
# American grids
123, E 400 S, Orem, US, 84058, Utah
= 123 East 400 South, Orem, UT 84058
= 123 E. 400 S., Orem, Utah
= 123 E 400 SOUTH OREM UT
! 123 E 400 N, Orem, UT
! 123 W 400 S, Orem, UT
! 123 S 400 E, Orem, UT
! 123 E 4000 S, Orem, UT
! 400 S 123 E, Orem, UT
N6W23001, Bluemound Road, Waukesha, US, 53188, Wisconsin
= N6W23001 Bluemound Rd, Waukesha, WI 53188
= N6 W23001 Bluemound Road, Waukesha, WI
= n6w23001 bluemound rd waukesha wi
! N6W23010 Bluemound Rd, Waukesha, WI
! N60W23001 Bluemound Rd, Waukesha, WI
! W6N23001 Bluemound Rd, Waukesha, WI
12-34, 150th Street, Whitestone, US, 11357, New York
= 12-34 150th St, Whitestone, NY 11357
= 12-34 150 St, Whitestone, NY
~ 1234 150th St, Whitestone, NY 11357
! 12-43 150th St, Whitestone, NY 11357
! 12-34 150th Ave, Whitestone, NY 11357
! 12-34 50th St, Whitestone, NY 11357
! 34 150th St, Whitestone, NY 11357
415 1/2, S Elm Street, Yakima, US, 98901, Washington
= 415 1/2 S Elm St, Yakima, WA 98901
= 415½ South Elm St, Yakima, WA
! 415 S Elm St, Yakima, WA 98901
! 415 1/2 N Elm St, Yakima, WA 98901
# American roads, routes, lots
7708, State Highway 29 S, Bertram, US, 78605, Texas
~ 7708 TX-29 S, Bertram, TX 78605
~ 7708 Hwy 29 South, Bertram, TX
~ 7708 St Hwy 29 S, Bertram, TX 78605
! 7708 State Highway 29 N, Bertram, TX
! 7708 State Highway 92 S, Bertram, TX
! 7708 County Road 29 S, Bertram, TX
2210, Ranch Road 620, Austin, US, 78734, Texas
= 2210 Ranch Rd 620, Austin, TX 78734
= 2210 RR 620, Austin, TX 78734
~ 2210 Ranch Road 620, Lakeway, Austin, TX 78734
! 2210 Ranch Road 602, Austin, TX
! 2210 RR 62, Austin, TX
88, Rural Route 3, Sumner, US, 62466, Illinois
= 88 Rural Route 3, Sumner, IL 62466
= 88 RR 3, Sumner, IL
! 88 RR 4, Sumner, IL
! RR 3 Box 88, Carbondale, IL
910 (Lot 14), Shady Pines Drive, Largo, US, 33771, Florida
= 910 Shady Pines Dr Lot 14, Largo, FL 33771
= Lot 14, 910 Shady Pines Dr, Largo, FL
~ 910 Shady Pines Dr # 14, Largo, FL
~ 910 Shady Pines Drive Space 14, Largo, FL 33771
! 910 Shady Pines Dr Lot 41, Largo, FL
! 910 Shady Pines Dr Lot 14A, Largo, FL
% 910 Shady Pines Dr, Largo, FL 33771
1500 (Ste 310), Market Street, Wilmington, US, 19801, Delaware
= 1500 Market St Ste 310, Wilmington, DE 19801
= 1500 Market St., Suite #310, Wilmington, DE
= Suite 310, 1500 Market St, Wilmington, DE
= 1500 Market Street Suite 310 Wilmington Delaware
~ 1500 Market St, 3rd Floor, Suite 310, Wilmington, DE
! 1500 Market St Ste 301, Wilmington, DE
! 1500 S Market St Ste 310, Wilmington, DE
! 1500 Market Pl Ste 310, Wilmington, DE
% 1500 Market St, Wilmington, DE 19801
# Puerto Rico, military, islands
44, Calle Luna, Urb El Cerezal, San Juan, US, 00926, Puerto Rico
= Urb. El Cerezal, Calle Luna 44, San Juan, PR 00926
= 44 Calle Luna Urb El Cerezal San Juan PR 00926
= Calle Luna #44, Urb El Cerezal, San Juan PR
! Calle Luna 44, Urb El Paraiso, San Juan, PR 00926
! Calle Sol 44, Urb El Cerezal, San Juan, PR 00926
! PSC 44 Box 926, APO, AE 09501
! CMR 44 Box 1200, APO AE 09096
! Unit 44 Box 926, FPO, AP 96665
! HC 44 Box 926, San Juan, PR 00926
# Directions and ordinals in America
2, NW Twenty-Third Avenue, Portland, US, 97210, Oregon
= 2 NW 23rd Ave, Portland, OR 97210
= 2 N.W. 23rd Ave., Portland, OR
= 2 Northwest 23rd Avenue, Portland, OR
= 2 NW Twenty Third Ave, Portland, OR
~ 2 NW 23 Ave, Portland, OR 97210
! 2 NE 23rd Ave, Portland, OR
! 2 NW 23rd Pl, Portland, OR
! 2 NW 32nd Ave, Portland, OR
501, West Avenue, Rochester, US, 14611, New York
= 501 West Ave, Rochester, NY 14611
! 501 West St, Rochester, NY 14611
! 501 East Ave, Rochester, NY 14611
75, North Street, Danbury, US, 06810, Connecticut
= 75 North St, Danbury, CT 06810
? 75 N Street, Danbury, CT 06810
! 75 South St, Danbury, CT 06810
! 75 North Ave, Danbury, CT
1100, Old County Road, Belmont, US, 94002, California
= 1100 Old County Rd, Belmont, CA 94002
= 1100 OLD COUNTY RD BELMONT CA
! 1100 County Rd, Belmont, CA 94002
! 1100 Old Country Rd, Burlingame, CA 94010
# Written without care, in America
3406, Magnolia Court, Tupelo, US, 38801, Mississippi
= 3406MagnoliaCt, Tupelo, MS 38801
= 3406 MagnoliaCt, Tupelo, MS
= 3406 MAGNOLIA CT TUPELO MS 38801-1234
= Tupelo, MS 38801, 3406 Magnolia Ct
= Magnolia Ct 3406, Tupelo MS
= 3406 Magnolia Ct Tupelo Miss.
= 3406, Magnolia Ct., Tupelo; MS
~ Bill Gray 3406 Magnolia Ct, Tupelo, MS 38801
~ 3406 Magnolia Ct, Tupelo, MS 38801 (662) 555-0199
~ 3406 Magnolia Ct., Tupelo, MS 38801 ph: 662.555.0199
~ 3406 Magnolia Ct, Tupelo MS, behind the church
~ 3406 Magnola Ct, Tupelo, MS
~ 3406 Magnolia Ct, Tupello, MS 38801
~ 3406 Magnolia, Tupelo, MS 38801
! 3406 Magnolia Cir, Tupelo, MS 38801
! 3406 Mongolia Ct, Corinth, MS
! 3460 Magnolia Ct, Tupelo, MS 38801
! 346 Magnolia Ct, Tupelo, MS 38801
! 3406 Magnolia Ct, Tulsa, OK 74101
% 3406 Magnolia Ct Apt 2, Tupelo, MS 38801
? Magnolia Ct, Tupelo, MS
# Of every kind
56, Nelson Mandela Drive, Westdene, Bloemfontein, ZA, 9301, Free State
= 56 Nelson Mandela Dr, Westdene, Bloemfontein
= Nelson Mandelarylaan 56, Westdene, Bloem
~ 56 N Mandela Drive, Westdene, Bloemfontein
? 56 Mandela Drive, Westdene, Bloemfontein, 9301
! 56 Winnie Mandela Drive, Westdene, Bloemfontein
! 56 Nelson Mandela Road, Westdene, Bloemfontein
! 56 Nelson Mandela Drive, Willows, Bloemfontein, 9301
7, Ou Kaapse Road, Tokai, Cape Town, ZA, 7945, Western Cape
= 7 Ou Kaapseweg, Tokai, Cape Town
= 7 Ou Kaapse Weg, Tokai, CPT
! 7 Tokai Road, Tokai, Cape Town
128, Jan Smuts Avenue, Parkwood, Johannesburg, ZA, 2193, Gauteng
= 128 Jan Smuts Ave, Parkwood, Jhb
~ The Parks, 128 Jan Smuts Ave, Parkwood, Johannesburg
% 1st Floor, 128 Jan Smuts Avenue, Parkwood, Johannesburg
! 128 Jan Smuts Avenue, Saxonwold, Johannesburg, 2193
! 128 Jan Hofmeyr Avenue, Parkwood, Johannesburg
! 1280 Jan Smuts Avenue, Parkwood
1 (Shop 5), Church Square, Pretoria Central, Pretoria, ZA, 0002, Gauteng
= Shop 5, 1 Church Sq, Pretoria Central, Pretoria
~ Winkel 5, Kerkplein 1, Pretoria Sentraal, Pretoria
! Shop 5, 1 Church Street, Pretoria Central, Pretoria
! Shop 15, 1 Church Square, Pretoria Central, Pretoria
% 1 Church Square, Pretoria Central, Pretoria
8814, Phase 2, Ivory Park, Midrand, ZA, 1689, Gauteng
= 8814 Phase 2, Ivory Park, Midrand
~ House 8814, Phase 2, Ivory Park
~ 8814 Ivory Park Phase 2, Midrand
! 8814 Phase 3, Ivory Park, Midrand
! 8841 Phase 2, Ivory Park, Midrand
? 8814 Ivory Park
23, 3rd Street, Linden, Johannesburg, ZA, 2195, Gauteng
= 23 Third Street, Linden, Johannesburg
= 23 Derde Straat, Linden, Johannesburg
= 23 3de Straat, Linden, JHB
~ Derdestraat 23, Linden
! 23 3rd Avenue, Linden, Johannesburg
! 23 13th Street, Linden, Johannesburg
! 3 23rd Street, Linden, Johannesburg
45, Umgeni Road, Greyville, Durban, ZA, 4001, Kwazulu Natal
= 45 Umgeni Rd, Greyville, DBN, KZN
~ 45 uMngeni Road, Greyville, Durban
! 45 Umgeni Road, Stamford Hill, Durban, 4001
12, Rooi Els Street, Protea Glen Ext 11, Soweto, ZA, 1819, Gauteng
= 12 Rooi Els St, Protea Glen Ext.11, Soweto
~ 12 Rooi-Els Street, Protea Glen X11
~ 12 Rooiels Street, Protea Glen Ext 11, Soweto
! 12 Rooi Els St, Protea Glen Ext 1, Soweto
! 12 Rooi Els Street, Protea Glen Ext 12, Soweto
~ 12 Rooi Els Street, Protea Glen, Soweto
21, Loop Street, Stellenbosch Central, Stellenbosch, ZA, 7600, Western Cape
= 21 Loop St, Stellenbosch Central, Stellenbosch
~ Loopstraat 21, Stellenbosch
! 21 Long Street, Stellenbosch Central, Stellenbosch
3 (Cottage), Vineyard Road, Claremont, Cape Town, ZA, 7708, Western Cape
= Cottage, 3 Vineyard Rd, Claremont, Cape Town
= 3 Vineyard Road (Cottage) Claremont Cape Town
% 3 Vineyard Road, Claremont, Cape Town
! Garage, 3 Vineyard Road, Claremont, Cape Town
66, Beach Road, Mnandi, Strand, ZA, 7140, Western Cape
= 66 Beach Rd, Mnandi, Strand
~ Strandweg 66, Mnandi, Strand
! 66 Beach Road, Strand North, Strand, 7140
2A, Du Toit Street, Upington, Upington, ZA, 8801, Northern Cape
= 2A Du Toit St, Upington
= 2 A Du Toit Street, Upington
= Du Toitstraat 2A, Upington
= 2a dutoit str upington
! 2 Du Toit Street, Upington
! 2B Du Toit Street, Upington
! 2A Du Plessis Street, Upington
15-17, Burg Street, Cape Town City Centre, Cape Town, ZA, 8001, Western Cape
= 15-17 Burg St, Cape Town City Centre, Cape Town
~ 15 Burg Street, Cape Town City Centre, Cape Town
~ Burgstraat 15-17, Kaapstad
! 16 Burg Street, Cape Town City Centre, Cape Town
! 19 Burg Street, Cape Town City Centre, Cape Town
402, W Superior Street, Duluth, US, 55802, Minnesota
= 402 West Superior St, Duluth, MN 55802
! 402 E Superior St, Duluth, MN 55802
! 402 N Superior St, Duluth, MN
1815, 2nd Avenue N, Birmingham, US, 35203, Alabama
= 1815 Second Ave North, Birmingham, AL 35203
= 1815 2nd Avenue North, Birmingham Alabama
= 1815 2ND AVE N BIRMINGHAM AL
~ 1815 N 2nd Ave, Birmingham, AL
! 1815 2nd Ave S, Birmingham, AL 35203
! 1815 2nd Street N, Birmingham, AL
! 1815 12th Ave N, Birmingham, AL
600 (Apt 12B), E Ocean Boulevard, Long Beach, US, 90802, California
= 600 E Ocean Blvd Apt 12B, Long Beach, CA 90802
= 600 East Ocean Blvd #12B, Long Beach CA
= Apt 12-B, 600 E. Ocean Blvd., Long Beach, Calif.
= 600 E Ocean Blvd., Unit 12B, Long Beach, CA
! 600 E Ocean Blvd Apt 12, Long Beach, CA
! 600 E Ocean Blvd Apt 2B, Long Beach, CA
! 600 W Ocean Blvd Apt 12B, Long Beach, CA
% 600 E Ocean Blvd, Long Beach, CA 90802
77, State Road, Kittery, US, 03904, Maine
= 77 State Rd, Kittery, ME 03904
= 77 STATE ROAD KITTERY ME
! 77 State St, Kittery, ME 03904
1001, Avenue C, Bayonne, US, 07002, New Jersey
= 1001 Ave C, Bayonne, NJ 07002
= 1001 AVE. C, BAYONNE N.J.
! 1001 Avenue E, Bayonne, NJ 07002
! 1001 C Street, Bayonne, NJ
2500, Fort Worth Avenue, Dallas, US, 75211, Texas
= 2500 Ft Worth Ave, Dallas, TX 75211
= 2500 Ft. Worth Avenue, Dallas, Texas
! 2500 Fort Worth Ave, Fort Worth, TX
! 2500 Worth Avenue, Dallas, TX 75211
19, Via Roma, Newport Beach, US, 92663, California
= 19 Via Roma, Newport Beach, CA
! 19 Via Romana, Newport Beach, CA
! 91 Via Roma, Newport Beach, CA
5, The Crescent, Montclair, US, 07042, New Jersey
= 5 The Crescent, Montclair, NJ
! 5 Crescent Ave, Montclair, NJ
300, County Route 36, Altona, US, 12910, New York
= 300 County Rte 36, Altona, NY 12910
= 300 Co Rt 36, Altona NY
= 300 CR 36, Altona, NY
! 300 CR 63, Altona, NY
! 300 State Route 36, Altona, NY
4120, 8th Street SW, Calera, US, 35040, Alabama
= 4120 8th St SW, Calera, AL
= 4120 Eighth Street S.W., Calera, AL 35040
= 4120 8th St South West, Calera, AL
! 4120 8th St SE, Calera, AL
! 4120 8th Ave SW, Calera, AL
610, Pier Avenue, Hermosa Beach, US, 90254, California
= 610 Pier Av, Hermosa Beach, CA
= 610 Pier Ave, Hermosa Bch, CA 90254
~ Joe's Diner, 610 Pier Ave, Hermosa Beach, CA
~ 610 Pier Ave, Hermosa Beach, CA 90254, attn Bob
~ 610 Peir Ave, Hermosa Beach, CA
~ 610 Pier Ave at Valley Dr, Hermosa Beach, CA
~ 610 Pier Ave (corner of Valley Dr), Hermosa Beach, CA
! 610 Pier Ave, Manhattan Beach, CA 90266
! 61 Pier Ave, Hermosa Beach, CA
? Pier Ave & Valley Dr, Hermosa Beach, CA
14, Rue Du Jardin, Mandeville, US, 70471, Louisiana
= 14 Rue du Jardin, Mandeville, LA
! 14 Rue de la Paix, Mandeville, LA
22, O Street NW, Washington, US, 20001, District of Columbia
= 22 O St NW, Washington, DC 20001
= 22 O Street N.W., Washington D.C.
! 22 O St NE, Washington, DC
! 22 Q St NW, Washington, DC
! 22 O St SW, Washington, DC
# Of every kind, once more
17, Magnolia Street, Sunward Park, Boksburg, ZA, 1459, Gauteng
= 17 Magnolia Str, Sunward Park, Boksburg
~ Mnr P Botha, Magnoliastraat 17, Sunwardpark, Boksburg
~ 17 Magnolia Street Sunward Park Boksburg 1459 0118921234
~ 17 Magnolia Street, Sunward Park Ext 4, Boksburg
! 17 Magnolia Street, Sunward Park, Benoni
! 17 Magnolia Street, Parkrand, Boksburg, 1459
! 7 Magnolia Street, Sunward Park, Boksburg
30, N1 Highway, Halfway House, Midrand, ZA, 1685, Gauteng
= 30 N1 Highway, Halfway House, Midrand
~ 30 N1, Halfway House, Midrand
! 30 N14 Highway, Halfway House, Midrand
5 (Unit 12B Blue Waters), Ocean View Drive, Bantry Bay, Cape Town, ZA, 8005, Western Cape
= 12B Blue Waters, 5 Ocean View Dr, Bantry Bay, Cape Town
= Unit 12 B, Blue Waters, 5 Ocean View Drive, Bantry Bay, Cape Town
= Apt 12b Blue Waters, 5 Oceanview Drive, Bantry Bay, Cape Town
% Blue Waters, 5 Ocean View Drive, Bantry Bay, Cape Town
! Unit 12A, Blue Waters, 5 Ocean View Drive, Bantry Bay, Cape Town
! Unit 12B, Blue Waters, 5 Ocean View Drive, Fresnaye, Cape Town, 8005
2310, Mabopane Block B, Mabopane, ZA, 0190, Gauteng
? 2310 Block B, Mabopane
! 2310 Block C, Mabopane
101, Aliwal Street, Durban Central, Durban, ZA, 4001, Kwazulu Natal
= 101 Aliwal St, Durban Central, Durban
~ 101 Aliwal Street, Durban
! 101 Aliwal Street, Durban North, Durban
4, Saint Andrews Street, Parktown, Johannesburg, ZA, 2193, Gauteng
= 4 St Andrews St, Parktown, Johannesburg
= 4 St. Andrew's Street, Parktown, JHB
! 4 St Andrews Road, Parktown, Johannesburg
! 4 St Davids Street, Parktown, Johannesburg
! 4 St Andrews Street, Parktown North, Johannesburg, 2193
60, Long Street, Greytown, Greytown, ZA, 3250, Kwazulu Natal
= 60 Long Street, Greytown 3250
~ Langstraat 60, Greytown
! 60 Long Street, Georgetown
19, 10th Avenue, Edenvale, Germiston, ZA, 1609, Gauteng
= 19 Tenth Ave, Edenvale, Germiston
~ Tiende Laan 19, Edenvale
! 10 19th Avenue, Edenvale
! 19 10th Street, Edenvale, Germiston
! 1910 Avenue, Edenvale
14, Kwa Mbonambi Road, Mtubatuba, Mtubatuba, ZA, 3935, Kwazulu Natal
= 14 KwaMbonambi Rd, Mtubatuba
~ 14 Kwambonambi Road, Mtubatuba, 3935
! 14 Kwa Msane Road, Mtubatuba
1717, K Street NW, Washington, US, 20006, District of Columbia
= 1717 K St NW, Washington, DC 20006
% 1717 K St. N.W. Suite 900, Washington, DC
! 1717 L St NW, Washington, DC 20006
! 1717 K St SE, Washington, DC
8, Lakeshore Drive, Minnetonka, US, 55305, Minnesota
= 8 Lake Shore Dr, Minnetonka, MN
= 8 Lakeshore Dr., Minnetonka, Minn. 55305
! 8 Lakeshore Ave, Minnetonka, MN
! 8 Lakeside Drive, Minnetonka, MN
2700, 1/2 Avenue, Grand Junction, US, 81506, Colorado
! 2700 B 1/2 Road, Grand Junction, CO
755, Highway 7, Excelsior, US, 55331, Minnesota
= 755 Hwy 7, Excelsior, MN
~ 755 MN-7, Excelsior, MN 55331
! 755 Highway 17, Excelsior, MN
9, Mill Pond Road, Concord, US, 03301, New Hampshire
= 9 Mill Pond Rd, Concord, NH 03301
= 9 Millpond Road, Concord, N.H.
! 9 Mill Road, Concord, NH
! 9 Mill Pond Lane, Concord, NH
! 9 Mill Pond Rd, Concord, MA 01742
1212 (Bsmt), Garden Street, Hoboken, US, 07030, New Jersey
= 1212 Garden St Bsmt, Hoboken, NJ
= 1212 Garden St, Basement, Hoboken, NJ 07030
% 1212 Garden St, Hoboken, NJ
! 1212 Garden St Rear, Hoboken, NJ
3001, Dr Martin Luther King Jr Boulevard, New Bern, US, 28562, North Carolina
= 3001 Dr Martin Luther King Jr Blvd, New Bern, NC
~ 3001 MLK Blvd, New Bern, NC 28562
! 3001 Dr Martin Luther King Jr Dr, New Bern, NC
440, E 5th Avenue, Anchorage, US, 99501, Alaska
= 440 East Fifth Avenue, Anchorage, AK 99501
! 440 W 5th Ave, Anchorage, AK
! 440 E 5th St, Anchorage, AK
! 440 E 15th Ave, Anchorage, AK
1200, TX 121, Plano, US, 75024, Texas
= 1200 TX-121, Plano, TX 75024
= 1200 State Highway 121, Plano, TX
~ 1200 Highway 121, Plano, TX 75024
! 1200 TX-21, Plano, TX 75024
! 1200 FM 121, Plano, TX 75024
519, PR 462, Leonard, US, 75452, Texas
= 519 PR 462 Leonard, TX 75452
! 519 CR 462, Leonard, TX 75452
! 519 PR 4625, Leonard, TX 75452
8800, TR 305, Millersburg, US, 44654, Ohio
= 8800 TR 305, Millersburg OH
= 8800 Township Rd 305, Millersburg, Ohio 44654
! 8800 CR 305, Millersburg, OH 44654
112, Rd 9, Powell, US, 82435, Wyoming
= 112 Road 9, Powell, WY 82435
! 112 Road 19, Powell, WY
! 112 Lane 9, Powell, WY
21-B, Baker Street, Foxborough, US, 02035, Massachusetts
= 21B Baker St, Foxborough, MA
! 21 Baker St, Foxborough, MA
! 21C Baker St, Foxborough, MA
500, Via Del Norte, Oceanside, US, 92058, California
= 500 Via del Norte, Oceanside CA
! 500 Via del Sur, Oceanside CA
! 500 Via del Norte, Carlsbad, CA 92008
"""


def read_rare_kinds() -> list[Pair]:
    """Return every pair of this file."""
    return read_text(_TOLD)
