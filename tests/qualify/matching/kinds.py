"""Kinds of address beyond the common ones, labelled by hand in the form of `pairs`, one world with a heading a kind."""

from typing import Final

from tests.qualify.matching.pairs import Pair, read_text

_TOLD: Final = r"""
# Farms, plots, smallholdings
12, Plot, Rietvlei AH, Krugersdorp, ZA, 1739, Gauteng
= Plot 12, Rietvlei AH, Krugersdorp
= Plot 12 Rietvlei AH Krugersdorp 1739
~ Plot 12, Rietvlei Agricultural Holdings, Krugersdorp
! Plot 21, Rietvlei AH, Krugersdorp
! Plot 12A, Rietvlei AH, Krugersdorp
! Plot 12, Sterkfontein AH, Krugersdorp
41, Koster Road, Rikasrus AH, Randfontein, ZA, 1759, Gauteng
= Plot 41 Koster Road, Rikasrus AH, Randfontein
= Plot 41, Koster Rd, Rikasrus AH, 1759
= Hoewe 41, Kosterweg, Rikasrus AH, Randfontein
= Holding 41, Koster Road, Rikasrus AH, Randfontein
= Smallholding 41, Koster Road, Rikasrus AH, Randfontein
! Plot 42, Koster Road, Rikasrus AH, Randfontein
! Plot 41, Kloof Road, Rikasrus AH, Randfontein
17, Doornkloof 391, Irene, Pretoria, ZA, 0062, Gauteng
= Portion 17 of the Farm Doornkloof 391, Irene, Pretoria
= Ptn 17 Farm Doornkloof 391, Irene, Pretoria
= Portion 17, Farm Doornkloof 391, Irene, Pretoria
= Gedeelte 17 van die Plaas Doornkloof 391, Irene, Pretoria
~ Portion 17 of the farm Doornkloof 391 JR, Irene, Pretoria
! Portion 71 of the Farm Doornkloof 391, Irene, Pretoria
! Portion 17 of the Farm Doornkloof 319, Irene, Pretoria
! Portion 17 of the Farm Doornpoort 391, Irene, Pretoria
# Stands
3312, Nkosi Street, Thokoza, Alberton, ZA, 1426, Gauteng
= Stand 3312 Nkosi Street, Thokoza, Alberton
= Erf 3312, Nkosi Street, Thokoza, Alberton
= Stand No 3312, Nkosi Street, Thokoza, Alberton
= Stand no. 3312 Nkosi Str, Thokoza, Alberton, 1426
= Erf Nr 3312 Nkosi Street, Thokoza, Alberton
= Yard 3312 Nkosi Street, Thokoza, Alberton
= House Number 3312 Nkosi Street, Thokoza, Alberton
= Hse 3312 Nkosi Street, Thokoza, Alberton
! Stand 3313 Nkosi Street, Thokoza, Alberton
! Erf 332, Nkosi Street, Thokoza, Alberton
? Thokoza, Alberton
# Afrikaans and English
25, Hoof Street, Wolmaransstad Central, Wolmaransstad, ZA, 2630, North West
= Hoofstraat 25, Wolmaransstad Sentraal, Wolmaransstad
= 25 Hoofstr, Wolmaransstad Central, Wolmaransstad
~ 25 Main Street, Wolmaransstad Central, Wolmaransstad
~ Hoofstraat 25, Wolmaransstad
! 25 Hoofweg, Wolmaransstad Central, Wolmaransstad
! Hoofstraat 52, Wolmaransstad Central, Wolmaransstad
64, Eerste Avenue, Fochville, Fochville, ZA, 2515, Gauteng
= 64 1st Avenue, Fochville
= Eerstelaan 64, Fochville
= Eerste Laan 64, Fochville, 2515
= 64 1ste Laan, Fochville
= 64 First Ave, Fochville
! 64 Tweede Laan, Fochville
! 64 2de Laan, Fochville
! 64 Eerste Straat, Fochville
19, Generaal De Wet Street, Unitas Park, Vereeniging, ZA, 1943, Gauteng
= 19 Gen De Wet Street, Unitas Park, Vereeniging
= Genl. De Wetstraat 19, Unitaspark, Vereeniging
~ 19 De Wet Street, Unitas Park, Vereeniging
! 19 Generaal Hertzog Street, Unitas Park, Vereeniging
! 91 Gen De Wet Street, Unitas Park, Vereeniging
8, Noord Street, Middelburg, Middelburg, ZA, 1050, Mpumalanga
= Noordstraat 8, Middelburg, 1050
~ 8 North Street, Middelburg, 1050
! Suidstraat 8, Middelburg, 1050
! 8 South Street, Middelburg, 1050
# Old names and new of towns
11, Joubert Street, Ermelo Ext 7, Ermelo, ZA, 2351, Mpumalanga
= 11 Joubert St, Ermelo Ext 7, Ermelo
! 11 Joubert St, Ermelo Ext 17, Ermelo
37, Dahl Street, Welgelegen, Polokwane, ZA, 0699, Limpopo
= 37 Dahl St, Welgelegen, Pietersburg
= Dahlstraat 37, Welgelegen, Pietersburg, 0699
! 37 Dahl St, Welgelegen, Tzaneen, 0850
6, Frere Road, Walmer, Gqeberha, ZA, 6070, Eastern Cape
= 6 Frere Rd, Walmer, Port Elizabeth
= 6 Frere Rd, Walmer, PE, 6070
= 6 Frere Rd, Walmer, P.E.
! 6 Frere Road, Walmer, East London, 5201
52, Caledon Street, Caledon Estate, Kariega, ZA, 6230, Eastern Cape
= 52 Caledon Street, Caledon Estate, Uitenhage
9, Tom Jones Street, Benoni Central, Benoni, ZA, 1501, Gauteng
= 9 Tom Jones St, Benoni Central, Benoni
~ 9 Tom Jones Street, Benoni
~ 9 Tom Jones St, Benoni CBD
! 9 Tom Jones St, Benoni North, Benoni
# Estates, complexes, sectional titles
22, Eagle Crescent, Silver Lakes, Pretoria, ZA, 0081, Gauteng
= 22 Eagle Cres, Silver Lakes, Pretoria
~ 22 Eagle Crescent, Silver Lakes Golf Estate, Pretoria
~ Silver Lakes Golf Estate, 22 Eagle Crescent, Pretoria
~ House 22 Eagle Crescent, Silver Lakes Estate, Pretoria, 0081
! 22 Eagle Crescent, Midstream Estate, Centurion, 1692
14 (Unit 9 Villa Toscana), Jeugd Road, Montana, Pretoria, ZA, 0182, Gauteng
= Unit 9 Villa Toscana, 14 Jeugd Road, Montana, Pretoria
= Unit 9, Villa Toscana, Jeugdweg 14, Montana, Pretoria, 0182
= 14 Jeugd Road, Villa Toscana, Unit 9, Montana, Pretoria
= Door 9, Villa Toscana, 14 Jeugd Road, Montana, Pretoria
= Door No. 9, Villa Toscana, 14 Jeugd Road, Montana, Pretoria
= Deur 9, Villa Toscana, 14 Jeugd Road, Montana, Pretoria
= Villa Toscana Unit 9, 14 Jeugd Road, Montana, Pretoria
= Unit 9 Villa Toscana Complex, 14 Jeugd Road, Montana, Pretoria
= Unit 9 SS Villa Toscana, 14 Jeugd Road, Montana, Pretoria
~ No 9 Villa Toscana, 14 Jeugd Road, Montana, Pretoria
~ 9 Villa Toscana, 14 Jeugd Rd, Montana, Pretoria
~ Unit 9 Vila Toscana, 14 Jeugd Road, Montana, Pretoria
~ Unit 9 Villa Toscana, Jeugd Road, Montana, Pretoria
% Villa Toscana, 14 Jeugd Road, Montana, Pretoria
% 14 Jeugd Road, Montana, Pretoria
! Unit 19 Villa Toscana, 14 Jeugd Road, Montana, Pretoria
! Unit 9 Villa Fiore, 14 Jeugd Road, Montana, Pretoria
! Unit 9A Villa Toscana, 14 Jeugd Road, Montana, Pretoria
! Garage 9, Villa Toscana, 14 Jeugd Road, Montana, Pretoria
5 (Flat 201 Marine Court), Marine Parade, South Beach, Durban, ZA, 4001, Kwazulu Natal
= Flat 201 Marine Court, 5 Marine Parade, South Beach, Durban
= 5 Marine Parade, Flat 201, Marine Court, South Beach, Durban, 4001
= Apartment 201, Marine Court, 5 Marine Pde, South Beach, Durban
~ 201 Marine Court, 5 Marine Parade, South Beach, Durban
! 210 Marine Court, 5 Marine Parade, South Beach, Durban
! Flat 201 Beach Court, 5 Marine Parade, South Beach, Durban
% Marine Court, 5 Marine Parade, South Beach, Durban
# Corners
88, Rivonia Road, Sandown, Sandton, ZA, 2196, Gauteng
= 88 Rivonia Rd, Sandown, Sandton
~ 88 Rivonia Road, cnr Fredman Drive, Sandown, Sandton
~ 88 Rivonia Road (corner of Fredman Drive), Sandown, Sandton
~ Cnr 88 Rivonia Road and Fredman Drive, Sandown, Sandton
? Cnr of Rivonia Road and Fredman Drive, Sandown, Sandton
? Corner Rivonia & Fredman, Sandown
? h/v Rivoniaweg en Fredmanrylaan, Sandown
! 89 Rivonia Road, cnr Fredman Drive, Sandown, Sandton
# Boxes, names, telephones, lines
30, Beyers Road, Ferndale, Randburg, ZA, 2194, Gauteng
= 30 Beyers Road\nFerndale\nRandburg\n2194
= 30 Beyers Road,\n Ferndale,\n Randburg\n
~ Mr J Smith, 30 Beyers Road, Ferndale, Randburg
~ Mrs. A. van der Merwe, 30 Beyers Rd, Ferndale, Randburg, 2194
~ c/o ABC Plumbing, 30 Beyers Road, Ferndale, Randburg
~ 30 Beyers Road, Ferndale, Randburg, Tel: 011 555 1234
~ 30 Beyers Road, Ferndale, Randburg, 2194 (082 555 1234)
~ 30 Beyers Road, Ferndale, Randburg 2194, cell 0825551234
~ 30 Beyers Road, Ferndale, Randburg, +27 82 555 1234
~ Address: 30 Beyers Road, Ferndale, Randburg, 2194
~ 30 Beyers Road, Ferndale, Randburg (next to the Spar)
~ 30 Beyers Road, Ferndale, Randburg, opposite the school
~ 30 Beyers Road, near BP garage, Ferndale, Randburg
~ 30 Beyers Road, Ferndale, Randburg; PO Box 55, Randburg, 2125
= \uff13\uff10 Beyers Road\uff0cFerndale\uff0c\uff32andburg
= \u201c30 Beyers Road\u201d, \u2018Ferndale\u2019, Randburg
= 30\u00a0Beyers\u00a0Road,\u2003Ferndale, Randburg
= 30 Bey\u00aders Road, Fern\u00addale, Randburg
= 30 Beyers Road\u200b, Ferndale, Randburg\ufeff
= 30 Beyers Road; Ferndale; Randburg; 2194
= 30 Beyers Road | Ferndale | Randburg
= 30 Beyers Road - Ferndale - Randburg - 2194
= 30 Beyers Road / Ferndale / Randburg
= 30 Beyers Road\tFerndale\tRandburg
= 2194 Randburg, Ferndale, 30 Beyers Road
= 2194, 30 Beyers Road, Ferndale, Randburg
= Randburg, Ferndale, Beyers Road 30
= South Africa, Gauteng, Randburg, Ferndale, 30 Beyers Road
= 30 BEYERS RD FERNDALE RANDBURG GP RSA
! PO Box 30, Ferndale, Randburg, 2194
! P.O. Box 30 Randburg
! Postnet Suite 30, Private Bag X30, Randburg
! 30 Beyer Street, Ferndale, Randburg
! 300 Beyers Road, Ferndale, Randburg
# Townships
1204, Section K, Botshabelo, Botshabelo, ZA, 9781, Free State
= 1204 Section K, Botshabelo
= 1204 K Section, Botshabelo, 9781
= House 1204, Section K, Botshabelo
! 1204 Section H, Botshabelo
! 1240 Section K, Botshabelo
6721, Sisulu Street, Khayelitsha Site C, Khayelitsha, ZA, 7784, Western Cape
~ 6721 Sisulu Street, Site C, Khayelitsha
= 6721 Sisulu St, Khayelitsha Site C, Khayelitsha
! 6721 Sisulu Street, Site B, Khayelitsha
! 6721 Sisulu Street, Khayelitsha Site B, Khayelitsha
4410, Zone 3, Diepkloof, Soweto, ZA, 1864, Gauteng
= 4410 Zone 3, Diepkloof, Soweto
~ 4410 Diepkloof Zone 3, Soweto
! 4410 Zone 4, Diepkloof, Soweto
! 4410 Zone 13, Diepkloof, Soweto
45, R55 Highway, Heuweloord, Centurion, ZA, 0157, Gauteng
= 45 R55 Highway, Heuweloord, Centurion
~ 45 R55, Heuweloord, Centurion
! 45 R51 Highway, Heuweloord, Centurion
10, Oxford Road, Forest Town, Johannesburg, ZA, 2193, Gauteng
= 10 Oxford Rd, Forest Town, JHB
= 10 Oxford Rd Forest Town Jozi 2193
! 10 Oxford Street, Forest Town, Johannesburg
! 10 Oxford Road, Parktown, Johannesburg
10, Oxford Road, Saxonwold, Johannesburg, ZA, 2132, Gauteng
= 10 Oxford Rd, Saxonwold, Joburg
? 10 Oxford Road, Johannesburg
7, Noordrand Street, Parow-Noord, Parow, ZA, 7500, Western Cape
= 7 Noordrand Street, Parow North, Parow
~ Noordrandstraat 7, Parow-Noord
! 7 Noordrand Street, Parow East, Parow
3 (Shop 12 Mall Of Africa), Lone Creek Crescent, Waterfall City, Midrand, ZA, 1685, Gauteng
= Shop 12, Mall of Africa, 3 Lone Creek Cres, Waterfall City, Midrand
= Shop No 12 Mall of Africa, 3 Lone Creek Crescent, Waterfall City, Midrand
! Shop 21, Mall of Africa, 3 Lone Creek Crescent, Waterfall City, Midrand
! Flat 12, Mall of Africa, 3 Lone Creek Crescent, Waterfall City, Midrand
% Mall of Africa, 3 Lone Creek Crescent, Waterfall City, Midrand
Block 3, Unit 14, The Polofields, 1, Polo Avenue, Waterfall, Midrand, ZA, 1685, Gauteng
= Unit 14, Block 3, The Polofields, 1 Polo Avenue, Waterfall, Midrand
~ 14 Block 3, The Polofields, 1 Polo Avenue, Waterfall, Midrand
! Unit 14, Block 4, The Polofields, 1 Polo Avenue, Waterfall, Midrand
! Unit 3, Block 14, The Polofields, 1 Polo Avenue, Waterfall, Midrand
% Unit 14, The Polofields, 1 Polo Avenue, Waterfall, Midrand
5, O'Reilly Road, Berea, Johannesburg, ZA, 2198, Gauteng
= 5 O\u2019Reilly Rd, Berea, Johannesburg
= 5 OReilly Road, Berea, Johannesburg
= 5 O Reilly Road, Berea, Johannesburg
= 5 O`Reilly Rd Berea Johannesburg
! 5 Reilly Street, Berea, Johannesburg
44, Langenhoven Street, Ladismith, Ladismith, ZA, 6655, Western Cape
= 44 Langenhoven St, Ladismith
! 44 Langenhoven Street, Ladysmith, 3370
1, Mount Street, Bryanston, Sandton, ZA, 2191, Gauteng
= 1 Mt Street, Bryanston, Sandton
! 1 Mountain Street, Bryanston, Sandton
19, Louis Botha Avenue, Orange Grove, Johannesburg, ZA, 2192, Gauteng
= 19 Louis Botha Ave, Orange Grove, Johannesburg
~ 19 Loius Botha Av, Orange Grove, Johannesburg
~ 19 Louis Bothe Ave, Orange Grove, Johannesburg
! 19 Andries Botha Avenue, Orange Grove, Johannesburg
! 19 Botha Avenue, Orange Grove, Johannesburg
! 19-21 Louis Botha Ave, Orange Grove, Johannesburg
# Numbered roads
7300, US Highway 50, Gunnison, US, 81230, Colorado
= 7300 US-50, Gunnison, CO 81230
= 7300 US 50, Gunnison, CO 81230
= 7300 U.S. Route 50, Gunnison, CO 81230
= 7300 U.S. Hwy. 50, Gunnison, CO
= 7300 Hwy US 50, Gunnison, CO
~ 7300 Highway 50, Gunnison, CO 81230
~ 7300 US Highway 50 E, Gunnison, CO 81230
! 7300 State Highway 50, Gunnison, CO 81230
! 7300 US-285, Gunnison, CO 81230
! 7300 County Road 50, Gunnison, CO 81230
1450, State Route 9, Lake George, US, 12845, New York
= 1450 SR 9, Lake George, NY 12845
= 1450 SR-9, Lake George, NY
= 1450 State Rt 9, Lake George, New York
= 1450 State Rte. 9, Lake George, NY 12845
= 1450 St Rt 9, Lake George, NY
= 1450 NY-9, Lake George, NY 12845
= 1450 NY State Route 9, Lake George, NY
~ 1450 Route 9, Lake George, NY 12845
! 1450 State Route 9N, Lake George, NY 12845
! 1450 Interstate 9, Lake George, NY 12845
! 1450 US Route 9, Lake George, NY 12845
! 1450 County Route 9, Lake George, NY 12845
3312, County Road 12, Minco, US, 73059, Oklahoma
= 3312 County Rd 12, Minco, OK
= 3312 Co Rd 12, Minco, OK 73059
= 3312 Co. Road 12, Minco, OK 73059
= 3312 CR 12, Minco, OK
= 3312 CR-12, Minco, OK
= 3312 Cnty Rd 12, Minco, OK
! 3312 County Road 120, Minco, OK
! 3312 State Road 12, Minco, OK
! 12 County Road 3312, Minco, OK
9210, FM 1960 Road W, Humble, US, 77338, Texas
= 9210 FM 1960 Rd W, Humble, TX 77338
= 9210 Farm to Market 1960 Road West, Humble, TX
! 9210 FM 1960 Rd E, Humble, TX 77338
! 9210 FM 1690 Rd W, Humble, TX 77338
500, I-35 Frontage Road, Moore, US, 73160, Oklahoma
= 500 I-35 Frontage Rd, Moore, OK
= 500 I 35 Frontage Road, Moore, OK 73160
= 500 Interstate 35 Frontage Road, Moore, OK
! 500 I-40 Frontage Rd, Moore, OK
! 500 I-35 Service Road, Moore, OK
# Puerto Rico, Spanish names
12, Calle Almendro, Urb Las Palmas, Ponce, US, 00728, Puerto Rico
= 12 Calle Almendro, Urb Las Palmas, Ponce, PR 00728
= Urb Las Palmas, 12 Calle Almendro, Ponce, PR 00728
= URB LAS PALMAS\n12 CALLE ALMENDRO\nPONCE PR 00728
= Urbanización Las Palmas, 12 Calle Almendro, Ponce PR
~ 12 Calle Almendro, Las Palmas, Ponce, PR 00728
~ 12 Calle Almendros, Urb Las Palmas, Ponce, PR
! 12 Calle Almendro, Urb Las Flores, Ponce, PR 00728
! 21 Calle Almendro, Urb Las Palmas, Ponce, PR
! 12 Calle Almacen, Urb Las Palmas, Ponce, PR
! 12 Avenida Almendro, Urb Las Palmas, Ponce, PR
12, Calle Almendro, Urb Las Lomas, Ponce, US, 00728, Puerto Rico
= 12 Calle Almendro, Urb Las Lomas, Ponce, PR 00728
= Urb Las Lomas, 12 Calle Almendro, Ponce, PR
? 12 Calle Almendro, Ponce, PR 00728
B7, Calle 4, Urb Villa Rica, Bayamon, US, 00959, Puerto Rico
= B7 Calle 4, Urb Villa Rica, Bayamón, PR 00959
= B-7 Calle 4, Urb. Villa Rica, Bayamon, PR
= Urb Villa Rica, B7 Calle 4, Bayamon PR 00959
! B7 Calle 5, Urb Villa Rica, Bayamon, PR
! B17 Calle 4, Urb Villa Rica, Bayamon, PR
! C7 Calle 4, Urb Villa Rica, Bayamon, PR
315, El Camino Real, San Clemente, US, 92672, California
= 315 El Camino Real, San Clemente, CA 92672
= 315 EL CAMINO REAL SAN CLEMENTE CA
~ 315 Camino Real, San Clemente, CA 92672
! 315 N El Camino Real, San Diego, CA
! 315 Camino Del Mar, San Clemente, CA 92672
48, Via De La Paz, Pacific Palisades, Los Angeles, US, 90272, California
= 48 Vía de la Paz, Pacific Palisades, Los Angeles, CA 90272
= 48 VIA DE LA PAZ, PACIFIC PALISADES, LOS ANGELES
! 48 Via De La Valle, Pacific Palisades, Los Angeles, CA
901, Avenida Del Sol, Santa Fe, US, 87501, New Mexico
= 901 Avenida del Sol, Santa Fe, NM 87501
~ 901 Ave Del Sol, Santa Fe, NM
! 901 Avenida de las Campanas, Santa Fe, NM 87501
! 901 Calle Del Sol, Santa Fe, NM 87501
# Queens, the Utah grid, Wisconsin, fractions
37-18, Northern Boulevard, Long Island City, US, 11101, New York
= 37-18 Northern Blvd, Long Island City, NY 11101
= 37-18 Northern Blvd., Long Island City, New York
~ 3718 Northern Blvd, Long Island City, NY 11101
! 37-20 Northern Blvd, Long Island City, NY
! 37 Northern Blvd, Long Island City, NY 11101
! 18 Northern Blvd, Long Island City, NY 11101
! 37-18 Southern Blvd, Long Island City, NY 11101
400, N 300 W, Salt Lake City, US, 84103, Utah
= 400 N 300 W, Salt Lake City, UT 84103
= 400 North 300 West, Salt Lake City, UT
= 400 N. 300 W., Salt Lake City, Utah
= 400 N 300 WEST SALT LAKE CITY UT 84103
! 400 N 300 E, Salt Lake City, UT
! 300 W 400 N, Salt Lake City, UT
! 400 S 300 W, Salt Lake City, UT
! 400 N 3000 W, Salt Lake City, UT
? 400 300, Salt Lake City, UT
1234, E 3300 S, Millcreek, US, 84106, Utah
= 1234 East 3300 South, Millcreek, UT 84106
! 1234 E 3300 N, Millcreek, UT
! 1234 S 3300 E, Millcreek, UT
! 1234 E 3900 S, Millcreek, UT
W204N11912, Goldendale Road, Germantown, US, 53022, Wisconsin
= W204N11912 Goldendale Rd, Germantown, WI 53022
= W204 N11912 Goldendale Rd, Germantown, WI 53022
! W204N11921 Goldendale Rd, Germantown, WI 53022
! W240N11912 Goldendale Rd, Germantown, WI 53022
12 1/2, Grove Street, Salem, US, 01970, Massachusetts
= 12 1/2 Grove St, Salem, MA 01970
= 12½ Grove St, Salem, MA
= 12-1/2 Grove St, Salem, MA 01970
! 12 Grove St, Salem, MA
! 12 1/4 Grove St, Salem, MA
! 1/2 Grove St, Salem, MA
# Buildings, apartments
2100 (Bldg 3 Apt 2B), Lakeview Drive, Pittsburg, US, 94565, California
= 2100 Lakeview Dr, Bldg 3 Apt 2B, Pittsburg, CA 94565
= 2100 Lakeview Dr Building 3 Apartment 2B, Pittsburg, CA 94565
= 2100 Lakeview Dr, Bldg. 3, Apt. 2B, Pittsburg, CA
= Bldg 3 Apt 2B, 2100 Lakeview Dr, Pittsburg, CA
= 2100 Lakeview Dr Bldg 3 #2B, Pittsburg, CA
! 2100 Lakeview Dr, Bldg 4 Apt 2B, Pittsburg, CA
! 2100 Lakeview Dr, Bldg 3 Apt 2C, Pittsburg, CA
! 2100 Lakeview Dr, Bldg 2 Apt 3B, Pittsburg, CA
% 2100 Lakeview Dr Apt 2B, Pittsburg, CA
% 2100 Lakeview Dr, Pittsburg, CA 94565
800 (Fl 12), Walnut Street, Des Moines, US, 50309, Iowa
= 800 Walnut St, 12th Floor, Des Moines, IA 50309
= 800 Walnut St Fl 12, Des Moines, IA
= 800 Walnut St, Floor 12, Des Moines, IA
! 800 Walnut St, 2nd Floor, Des Moines, IA
! 800 Walnut St Apt 12, Des Moines, IA
% 800 Walnut St, Des Moines, IA 50309
77 (Apt 4F), W 15th Street, Manhattan, New York, US, 10011, New York
= 77 W 15th St Apt 4F, New York, NY 10011
= 77 West 15th Street, #4F, New York, NY
= 77 W. Fifteenth St., Apt. 4F, New York, NY 10011
~ 77 W 15 St 4F, New York, NY 10011
! 77 E 15th St Apt 4F, New York, NY 10011
! 77 W 15th St Apt 4E, New York, NY
! 77 W 51st St Apt 4F, New York, NY
! 77 W 15th St Apt 4F, Brooklyn, NY 11201
% 77 W 15th St, New York, NY 10011
3300 (Lot 27), Old Mill Road, Augusta, US, 30906, Georgia
= 3300 Old Mill Rd Lot 27, Augusta, GA 30906
= 3300 Old Mill Rd, Lot #27, Augusta, GA
~ 3300 Old Mill Rd Trlr 27, Augusta, GA 30906
! 3300 Old Mill Rd Lot 72, Augusta, GA
! 3300 Mill Rd Lot 27, Augusta, GA
% 3300 Old Mill Rd, Augusta, GA 30906
# Saints, mounts, ordinals, directions
210, Saint Charles Avenue, New Orleans, US, 70130, Louisiana
= 210 St Charles Ave, New Orleans, LA 70130
= 210 St. Charles Avenue, New Orleans, Louisiana
~ 210 St Charles, New Orleans, LA
! 210 St Charles St, New Orleans, LA 70130
! 210 S Charles Ave, New Orleans, LA 70130
! 210 Charles Avenue, New Orleans, LA 70130
18, Mt Vernon Street, Boston, US, 02108, Massachusetts
= 18 Mount Vernon St, Boston, MA 02108
= 18 Mt. Vernon Street, Boston, MA
! 18 Vernon St, Boston, MA 02108
! 18 Mount Vernon Ave, Boston, MA
640, Avenue of the Americas, New York, US, 10011, New York
= 640 Ave of the Americas, New York, NY 10011
~ 640 Avenue of Americas, New York, NY
! 640 Avenue of the Stars, New York, NY 10011
4004, 123rd Street, Mount Pleasant, US, 48858, Michigan
= 4004 123rd St, Mt Pleasant, MI 48858
= 4004 123 Rd St, Mt. Pleasant, MI
~ 4004 123 St, Mount Pleasant, MI 48858
! 4004 132nd St, Mt Pleasant, MI
! 4004 23rd St, Mt Pleasant, MI
55, Martin Luther King Jr Boulevard, Saint Paul, US, 55103, Minnesota
= 55 Martin Luther King Jr Blvd, St Paul, MN 55103
= 55 Martin Luther King, Jr. Blvd., Saint Paul, MN
= 55 Martin Luther King Junior Boulevard, St. Paul, Minnesota
~ 55 MLK Jr Blvd, St Paul, MN 55103
~ 55 M L King Blvd, St Paul, MN 55103
~ 55 Martin Luther King Blvd, St Paul, MN 55103
! 55 Martin Luther King Jr Dr, St Paul, MN 55103
901, NE Park Street, Salem, US, 97301, Oregon
= 901 NE Park St, Salem, OR 97301
= 901 N.E. Park St, Salem, OR
= 901 N E Park Street, Salem, OR 97301
~ 901 Park St NE, Salem, OR 97301
~ 901 Park St, Salem, OR 97301
! 901 NW Park St, Salem, OR
! 901 SE Park St, Salem, OR
! 901 NE Park Ave, Salem, OR
! 901 NE Parker St, Salem, OR
# American names, telephones, lines
1600, Pine Grove Lane, Tallahassee, US, 32301, Florida
= 1600 Pine Grove Ln\nTallahassee, FL 32301
= 1600 Pine Grove Ln., Tallahassee, Fla. 32301-4455
= 32301, 1600 Pine Grove Ln, Tallahassee, FL
= FL 32301 Tallahassee, 1600 Pine Grove Ln
= 1600 PINE GROVE LN TALLAHASSEE FL 32301 USA
= 1600 PINE GROVE LN TALLAHASSEE FL 323014455
= \uff11\uff16\uff10\uff10 Pine Grove Lane, Tallahassee, FL \uff13\uff12\uff13\uff10\uff11
~ John Doe, 1600 Pine Grove Ln, Tallahassee, FL 32301
~ c/o Jane Roe, 1600 Pine Grove Ln, Tallahassee, FL 32301
~ Attn: Accounts, 1600 Pine Grove Ln, Tallahassee, FL 32301
~ 1600 Pine Grove Ln, Tallahassee, FL 32301, (850) 555-0123
~ 1600 Pine Grove Ln, Tallahassee, FL 32301, 850-555-0123
~ 1600 Pine Grove Ln, Tallahassee, FL 32301 tel 850.555.0123
~ 1600 Pinegrove Ln, Tallahassee, FL 32301
~ 1600 Pine Grove Ln, Talahassee, FL 32301
~ 1600 Pine Grove, Tallahassee, FL 32301
! 1600 Pine Ln, Tallahassee, FL 32301
! 1600 Pine Grove Ct, Tallahassee, FL 32301
! 1600 Pine Grove Ln, Tampa, FL 33602
! 1060 Pine Grove Ln, Tallahassee, FL 32301
! P.O. Box 1600, Tallahassee, FL 32301
! RR 2 Box 1600, Tallahassee, FL 32301
! HC 1 Box 1600, Tallahassee, FL 32301
% 1600 Pine Grove Ln Unit B, Tallahassee, FL 32301
300, W 4th Street N, Winner, US, 57580, South Dakota
= 300 W 4th St N, Winner, SD 57580
= 300 West Fourth Street North, Winner, SD
~ 300 W 4th St, Winner, SD 57580
! 300 E 4th St N, Winner, SD
! 300 W 4th St S, Winner, SD
! 300 W 14th St N, Winner, SD
10, Main Street, Springfield, US, 01103, Massachusetts
= 10 Main St, Springfield, MA 01103
! 10 Main St, Springfield, IL 62701
? 10 Main St
10, Main Street, Springfield, US, 05156, Vermont
= 10 Main St, Springfield, VT 05156
? 10 Main Street, Springfield
= 10 Main St, Springfield, VT
5, Highland Avenue Extension, Beverly, US, 01915, Massachusetts
= 5 Highland Ave Ext, Beverly, MA 01915
! 5 Highland Ave, Beverly, MA 01915
"""


def read_kinds() -> list[Pair]:
    """Return every pair of this file."""
    return read_text(_TOLD)
