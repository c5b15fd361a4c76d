"""Addresses in the style of cities' registers and of people in a hurry, labelled by hand in the form of `pairs`."""

from typing import Final

from tests.qualify.matching.pairs import Pair, read_text

_TOLD: Final = r"""
# Cape Town
23, Kloofnek Road, Gardens, Cape Town, ZA, 8001, Western Cape
= 23 Kloofnek Rd, Gardens, Cape Town, 8001
~ 23 Kloof Nek Road Gardens Cape Town
~ 23 kloofnek rd gardens cpt
~ Kloofnekweg 23, Tuine, Kaapstad
= 23 Kloofnek Road, Gardens, Cape Town 8001 tel 021 423 5501
~ 23 Kloofnek Road, Gardens, Cape Town (behind the Shell garage)
~ 23 Kloofnek Road, Gardens, Cape Town, opposite the Engen
! 23 Kloof Street, Gardens, Cape Town, 8001
! 32 Kloofnek Road, Gardens, Cape Town
! 23 Kloofnek Road, Oranjezicht, Cape Town, 8001
! 23 Kloofnek Road, Tamboerskloof, Cape Town, 8001
11, Voortrekker Road, Bellville, Cape Town, ZA, 7530, Western Cape
~ 11 Voortrekker Rd, Bellville
= 11 VOORTREKKER ROAD BELLVILLE CAPE TOWN 7530
~ 11 Voortrekker Road, Belville, Cape Town
~ 11 Voortrekker Rd, Bellville, Cape Town, 7535
! 11 Voortrekker Road, Parow, Cape Town, 7500
! 11 Voortrekker Road, Goodwood, Cape Town, 7460
! 11 Voortrekker Street, Bellville, Cape Town
~ Voortrekkerweg 11, Bellville, Kaapstad
8, Albert Luthuli Street, Khayelitsha Site C, Khayelitsha, ZA, 7784, Western Cape
~ 8 Albert Luthuli St, Site C, Khayelitsha
! 8 Albert Luthuli St, Site B, Khayelitsha
~ 8 Albert Luthuli Str, Khayelitsha Site-C, Cape Town, 7784
14 (Unit 3), Beach Road, Mouille Point, Cape Town, ZA, 8005, Western Cape
= Unit 3, 14 Beach Rd, Mouille Point, Cape Town
~ 3/14 Beach Road, Mouille Point, Cape Town, 8005
= 14 Beach Road, Unit 3, Mouille Point, Cape Town
~ 14 Beach Road Mouille Point Cape Town unit 3
~ Apt 3, 14 Beach Road, Mouille Point
% 14 Beach Road, Mouille Point, Cape Town
! Unit 2, 14 Beach Rd, Mouille Point, Cape Town
! Unit 3, 41 Beach Rd, Mouille Point, Cape Town
! Unit 3, 14 Beach Rd, Sea Point, Cape Town, 8005
! Unit 14, 3 Beach Rd, Mouille Point, Cape Town
21, Cranko Road, Observatory, Cape Town, ZA, 7925, Western Cape
~ Crankoweg 21, Observatory, 7925
~ c/o Thandi Nkosi, 21 Cranko Road, Observatory, Cape Town
~ Thandi Nkosi, 21 Cranko Road, Observatory, Cape Town
! 21 Cranko Road, Salt River, Cape Town, 7925
! 21 Cranko Lane, Observatory, Cape Town
# eThekwini
45, Dr Pixley Kaseme Street, Durban Central, Durban, ZA, 4001, Kwazulu Natal
= 45 Dr Pixley KaSeme St, Durban Central, Durban
~ 45 Pixley KaSeme Street, Durban, 4001
~ 45 Dr. Pixley Ka Seme Street, Durban Central
~ 45 DR PIXLEY KASEME STR, DURBAN CBD, 4001
! 45 Dr AB Xuma Street, Durban Central, Durban
! 54 Dr Pixley Kaseme Street, Durban Central, Durban
220, Florida Road, Morningside, Durban, ZA, 4001, Kwazulu Natal
= 220 Florida Rd, Morningside, Durban, KZN
~ 220 Florida Road Morningside eThekwini 4001
! 220A Florida Road, Morningside, Durban
! 220 Florida Road, Greyville, Durban, 4001
! 220 Florida Street, Morningside, Durban
17, Old Main Road, Isipingo Beach, Durban, ZA, 4115, Kwazulu Natal
= 17 Old Main Rd, Isipingo Beach, Durban
! 17 Old Main Road, Isipingo Rail, Durban
! 17 Main Road, Isipingo Beach, Durban
! 17 Old Main Road, Isipingo Hills, Durban
3 (Flat 12), Gillespie Street, South Beach, Durban, ZA, 4001, Kwazulu Natal
= Flat 12, 3 Gillespie Street, South Beach, Durban
~ 12/3 Gillespie St, South Beach, Durban, 4001
! Flat 12, 3 Gillespie Street, North Beach, Durban
! Flat 21, 3 Gillespie Street, South Beach, Durban
# Gauteng
1523, Moema Street, Mamelodi East Ext 5, Pretoria, ZA, 0122, Gauteng
= 1523 Moema Street, Mamelodi East Extension 5, Pretoria
= 1523 Moema St, Mamelodi East X5, Tshwane
~ 1523 Moema Street Mamelodi East Pretoria 0122
! 1523 Moema Street, Mamelodi West Ext 5, Pretoria
! 1523 Moema Street, Mamelodi East Ext 6, Pretoria
! 1532 Moema Street, Mamelodi East Ext 5, Pretoria
78, Witkoppen Road, Lonehill, Sandton, ZA, 2191, Gauteng
= 78 Witkoppen Rd, Lonehill, Sandton
~ 78 Witkoppen Road, Lone Hill, Sandton, 2191
~ 78 Witkoppen Rd Lonehill Johannesburg 2191
~ 78 Witkopen Road, Lonehill, Sandton
! 78 Witkoppen Road, Fourways, Sandton, 2191
! 87 Witkoppen Road, Lonehill, Sandton
12 (Unit 45 Villa Valencia), Kingfisher Drive, Fourways, Sandton, ZA, 2191, Gauteng
~ Unit 45 Villa Valencia, 12 Kingfisher Drive, Fourways
= 45 Villa Valencia, 12 Kingfisher Drive, Fourways, Sandton
~ 12 Kingfisher Dr, Villa Valencia unit 45, Fourways
~ Villa Valencia Complex 45, 12 Kingfisher Drive, Fourways
~ Unit 45 Vila Valencia, 12 Kingfisher Dr, Fourways
! Unit 54 Villa Valencia, 12 Kingfisher Drive, Fourways
! Unit 45 Villa Granada, 12 Kingfisher Drive, Fourways
% Villa Valencia, 12 Kingfisher Drive, Fourways
331, Rahima Moosa Street, Jeppestown, Johannesburg, ZA, 2094, Gauteng
= 331 Rahima Moosa St, Jeppestown, Jhb
~ 331 Rahima Moosa Street Jeppes Town Johannesburg
~ 331 Rahima Mosa Street, Jeppestown
! 331 Rahima Moosa Street, Newtown, Johannesburg, 2001
! 311 Rahima Moosa Street, Jeppestown, Johannesburg
3461, Zone 7, Sebokeng, Vanderbijlpark, ZA, 1983, Gauteng
~ 3461 Zone 7, Sebokeng
~ 3461 Sebokeng Zone 7, Vanderbijlpark, 1983
~ House no 3461 zone 7 sebokeng
~ Stand 3461, Zone 7, Sebokeng
! 3461 Zone 11, Sebokeng, Vanderbijlpark
! 3416 Zone 7, Sebokeng
67, Komati Street, Three Rivers, Vereeniging, ZA, 1929, Gauteng
~ Komatistraat 67, Drie Riviere, Vereeniging
= 67 Komati Street, Three Rivers, Vereeniging, 1929
= 67, Komati Street, Three Rivers, Vereeniging
~ 67 Komati Street, Three Rivers, Vereniging
! 67 Komati Street, Three Rivers East, Vereeniging
! 67 Komati Road, Three Rivers, Vereeniging
# Renamed towns
15, Cape Road, Mill Park, Port Elizabeth, ZA, 6001, Eastern Cape
~ 15 Cape Road, Mill Park, Gqeberha
= 15 Cape Rd, Mill Park, Port Elizabeth, 6001
~ 15 Cape Rd Millpark PE
~ 15 Cape Road Mill Park Gqeberha 6001 EC
! 15 Cape Road, Newton Park, Gqeberha, 6045
! 15 Cape Street, Mill Park, Port Elizabeth
9, African Street, Grahamstown Central, Grahamstown, ZA, 6139, Eastern Cape
~ 9 African Street, Makhanda, 6139
~ 9 African St, Makhanda
~ 9 African Street, Grahamstown
! 9 African Street, Fingo Village, Makhanda
21, Brown Street, Nelspruit, Mbombela, ZA, 1200, Mpumalanga
~ 21 Brown Street, Nelspruit
~ 21 Brown Street, Mbombela
~ 21 Brown St Nelspruit Central 1200
! 21 Brown Street, White River, 1240
! 21 Browne Lane, Nelspruit
40, Church Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ Kerkstraat 40, Pietersburg
~ 40 Church Street, Polokwane
! 40 Church Street, Mokopane
7, Cathcart Road, Komani, Queenstown, ZA, 5319, Eastern Cape
~ 7 Cathcart Rd, Queenstown
~ 7 Cathcart Rd, Komani 5319
! 7 Cathcart Street, Queenstown
# Farms, estates, retirement villages
14, Plaas Welgegund 231, Wellington, ZA, 7655, Western Cape
~ Portion 14 Farm Welgegund 231, Wellington
! Portion 41 Farm Welgegund 231, Wellington
27 (Cottage 8 Evergreen Retirement Village), Bergvliet Road, Bergvliet, Cape Town, ZA, 7945, Western Cape
~ Cottage 8, Evergreen Retirement Village, 27 Bergvliet Road, Bergvliet
~ Cottage 8 Evergreen, 27 Bergvliet Rd, Bergvliet, Cape Town
! Cottage 18, Evergreen Retirement Village, 27 Bergvliet Road, Bergvliet
5, Protea Crescent, Val De Vie Estate, Paarl, ZA, 7646, Western Cape
= 5 Protea Crescent, Val de Vie Estate, Paarl
~ 5 Protea Cres, Val de Vie, Paarl
~ 5 Proteasingel, Val de Vie Landgoed, Paarl
! 5 Protea Close, Val de Vie Estate, Paarl
! 5 Protea Crescent, Pearl Valley Estate, Paarl, 7646
31, Plot, Kameeldrift East, Pretoria, ZA, 0035, Gauteng
~ Plot 31 Kameeldrift Oos, Pretoria
! Plot 31 Kameeldrift West, Pretoria
# Afrikaans twins
9, Singel Street, Stellenbosch Central, Stellenbosch, ZA, 7600, Western Cape
~ Singelstraat 9, Stellenbosch
~ 9 Singel St, Stellenbosch
! Kerksingel 9, Stellenbosch
46, Lang Street, Worcester Central, Worcester, ZA, 6850, Western Cape
~ Langstraat 46, Worcester
~ 46 Long Street, Worcester
! 46 Kort Street, Worcester
! 46 Langerman Street, Worcester
2, Kerk Square, Graaff-Reinet, Graaff-Reinet, ZA, 6280, Eastern Cape
~ 2 Kerkplein, Graaff Reinet
~ 2 Church Square, Graaff-Reinet
! 2 Kerkstraat, Graaff-Reinet
18, Eikelaan, Brackenfell South, Brackenfell, ZA, 7560, Western Cape
~ 18 Eike Avenue, Brackenfell-Suid
~ 18 Eikelaan, Brackenfell South, 7560
! 18 Eikelaan, Brackenfell North
! 18 Eikestraat, Brackenfell South
73, Noordelike Ring Road, Dan Pienaar, Bloemfontein, ZA, 9301, Free State
~ 73 Noordelike Ringweg, Dan Pienaar, Bloem
! 73 Suidelike Ringweg, Dan Pienaar, Bloemfontein
# Written without care
60, St Georges Mall, Cape Town City Centre, Cape Town, ZA, 8001, Western Cape
~ 60 St George's Mall, Cape Town, 8001
~ 60 st georges mall cape town city centre
! 60 St Georges Street, Cape Town
16, D'arcy Road, Berea, East London, ZA, 5241, Eastern Cape
~ 16 DArcy Rd, Berea, East London
~ 16 D Arcy Road Berea East London
~ 16 D\u2019Arcy Road, Berea, East London, 5241
! 16 D'arcy Road, Vincent, East London, 5241
102, Nelson Mandela Drive, Southernwood, Mthatha, ZA, 5099, Eastern Cape
~ 102 Nelson Mandela Dr Southernwood Umtata
~ 102 N Mandela Drive, Southernwood, Mthatha
~ 102 Nelson Mandela Drive, Southernwood, Mthatha 5100
! 120 Nelson Mandela Drive, Southernwood, Mthatha
! 102 Winnie Mandela Drive, Southernwood, Mthatha
19A, Tenth Street, Linden, Johannesburg, ZA, 2195, Gauteng
~ 19A 10th Street, Linden
= 19a Tenth St, Linden, Johannesburg 2195
= 19 A 10th Str, Linden, Johannesburg
~ Tiende Straat 19A, Linden
! 19 10th Street, Linden
! 19B 10th Street, Linden
! 19A 11th Street, Linden
! 19A 10th Avenue, Linden
250, Main Road, Kenilworth, Cape Town, ZA, 7708, Western Cape
~ Kenilworth, Cape Town, 250 Main Road
~ Cape Town, Kenilworth, 250 Main Rd
~ 7708 Kenilworth 250 Main Road
~ 250 Main Road, Kenilworth, Cape Town 082-555-1234
~ 250 Main Road, Kenilworth, Cape Town. Call me on +27 82 555 1234
~ 250 Main Road\nKenilworth\nCape Town\n7708
~ 250 Main Rd, Kenilworth (corner of Rosmead), Cape Town
~ 250 main rd kennilworth capetown
! 250 Main Road, Claremont, Cape Town, 7708
! 250 Main Road, Wynberg, Cape Town
! 250 2nd Avenue, Kenilworth, Cape Town
! 260 Main Road, Kenilworth, Cape Town
! PO Box 250, Main Road, Kenilworth, 7708
# Utah, Wisconsin, Queens, fractions
123, E 400 S, Salt Lake City, US, 84111, Utah
= 123 E 400 S, Salt Lake City, UT 84111
= 123 East 400 South, Salt Lake City, Utah
~ 123 E 400 South SLC UT 84111
~ 123 e. 400 s., salt lake city
! 123 W 400 S, Salt Lake City, UT 84111
! 123 E 400 N, Salt Lake City, UT 84103
! 123 E 500 S, Salt Lake City, UT 84111
! 400 S 123 E, Salt Lake City, UT 84111
W156N8480, Pilgrim Road, Menomonee Falls, US, 53051, Wisconsin
= W156N8480 Pilgrim Rd, Menomonee Falls, WI 53051
~ W156 N8480 Pilgrim Road, Menomonee Falls, WI
~ w156n8480 pilgrim rd menomonee falls wi
! W156N8408 Pilgrim Rd, Menomonee Falls, WI 53051
! N156W8480 Pilgrim Rd, Menomonee Falls, WI 53051
89-11, 63rd Drive, Rego Park, US, 11374, New York
= 89-11 63rd Dr, Rego Park, NY 11374
~ 8911 63rd Drive, Rego Park, NY 11374
~ 89-11 63 Drive, Rego Park, NY
! 89-11 63rd Avenue, Rego Park, NY 11374
! 89-11 63rd Road, Rego Park, NY 11374
! 89-13 63rd Drive, Rego Park, NY 11374
! 63-11 89th Drive, Rego Park, NY 11374
309 1/2, Church Street, Nevada City, US, 95959, California
= 309 1/2 Church St, Nevada City, CA 95959
~ 309\u00bd Church St Nevada City CA
~ 309-1/2 Church Street, Nevada City, CA
! 309 Church St, Nevada City, CA 95959
! 309 1/4 Church St, Nevada City, CA 95959
# Highways and county roads
4480, County Road 12, Woodland, US, 95695, California
= 4480 CR 12, Woodland, CA 95695
~ 4480 Co Rd 12, Woodland CA
~ 4480 Cty Rd 12, Woodland, California 95695
! 4480 County Road 21, Woodland, CA 95695
! 4480 County Road 12A, Woodland, CA 95695
! 4480 State Route 12, Woodland, CA 95695
21500, US Highway 1, Jupiter, US, 33477, Florida
= 21500 US-1, Jupiter, FL 33477
~ 21500 US 1, Jupiter, FL
~ 21500 US Hwy 1 Jupiter Florida 33477
~ 21500 U.S. Highway 1, Jupiter, FL
~ 21500 S US Highway 1, Jupiter, FL 33477
! 21500 State Road 1, Jupiter, FL 33477
! 21500 US Highway 41, Jupiter, FL 33477
! 21500 A1A, Jupiter, FL 33477
615, State Road 44, Leesburg, US, 34748, Florida
= 615 SR 44, Leesburg, FL 34748
~ 615 State Rd 44, Leesburg FL
~ 615 FL-44, Leesburg, FL 34748
! 615 County Road 44, Leesburg, FL 34748
! 615 US Highway 441, Leesburg, FL
1005, FM 2100 Road, Crosby, US, 77532, Texas
~ 1005 FM 2100, Crosby, TX 77532
~ 1005 Farm to Market 2100, Crosby TX
! 1005 FM 2010, Crosby, TX 77532
7725, N Farm Road 171, Springfield, US, 65803, Missouri
~ 7725 North Farm Rd 171, Springfield, MO
! 7725 S Farm Road 171, Springfield, MO 65803
! 7725 N Farm Road 117, Springfield, MO 65803
12022, County Road E, Baraboo, US, 53913, Wisconsin
~ 12022 County Rd E, Baraboo, WI
~ 12022 Cty Hwy E, Baraboo WI 53913
! 12022 County Road W, Baraboo, WI 53913
3290, E Interstate 30, Rockwall, US, 75087, Texas
~ 3290 E I-30, Rockwall, TX 75087
! 3290 W I-30, Rockwall, TX 75087
! 3290 E I-20, Rockwall, TX 75087
# Puerto Rico
D12, Calle 3, Urb Jardines De Caparra, Bayamon, US, 00959, Puerto Rico
~ D12 Calle 3, Urb. Jardines de Caparra, Bayamon PR 00959
~ Urb Jardines de Caparra, D-12 Calle 3, Bayamon, PR
! D12 Calle 4, Urb Jardines de Caparra, Bayamon, PR
! E12 Calle 3, Urb Jardines de Caparra, Bayamon, PR
! D12 Calle 3, Urb Royal Town, Bayamon, PR 00956
1357, Avenida Ashford, Condado, San Juan, US, 00907, Puerto Rico
~ 1357 Ave Ashford, San Juan, PR 00907
! 1375 Ave Ashford, San Juan, PR 00907
# Saints, mounts, ordinals
480, Saint Johns Avenue, Palatka, US, 32177, Florida
= 480 St Johns Ave, Palatka, FL 32177
~ 480 St. John's Ave, Palatka, FL
~ 480 ST JOHNS AV PALATKA FL
! 480 Johns Avenue, Palatka, FL 32177
! 480 St Johns Street, Palatka, FL 32177
12, Mount Auburn Street, Cambridge, US, 02138, Massachusetts
= 12 Mt Auburn St, Cambridge, MA 02138
~ 12 Mt. Auburn Street, Cambridge, Mass.
~ 12 mount auburn cambridge ma 02138
! 12 Auburn Street, Cambridge, MA 02139
! 12 Mt Auburn Ave, Cambridge, MA 02138
1600, Twenty First Street, Sacramento, US, 95811, California
= 1600 21st St, Sacramento, CA 95811
~ 1600 21 St, Sacramento, CA
~ 1600 Twenty-first Street, Sacramento
! 1600 22nd St, Sacramento, CA 95811
! 1600 21st Avenue, Sacramento, CA 95811
! 1621 St, Sacramento, CA
3, Forty Second Street, Islip, US, 11751, New York
~ 3 42nd St, Islip, NY
! 3 24th St, Islip, NY
# Directions
1250, North Avenue East, Cranford, US, 07016, New Jersey
= 1250 North Ave E, Cranford, NJ 07016
~ 1250 North Avenue East Cranford New Jersey
! 1250 North Ave W, Cranford, NJ 07016
! 1250 South Ave E, Cranford, NJ 07016
77, SW North Street, Bend, US, 97702, Oregon
~ 77 SW North St, Bend, OR
! 77 NW North St, Bend, OR
905, NW 17th Avenue, Portland, US, 97209, Oregon
= 905 NW 17th Ave, Portland, OR 97209
~ 905 Northwest 17th Avenue, Portland
~ 905 N.W. Seventeenth Ave., Portland, OR
~ 905 N W 17th Ave, Portland OR 97209
! 905 NE 17th Ave, Portland, OR 97232
! 905 SW 17th Ave, Portland, OR 97205
! 905 NW 17th Pl, Portland, OR 97209
55, West Street, Keene, US, 03431, New Hampshire
= 55 West St, Keene, NH
! 55 W Street, Concord, NH
! 55 East St, Keene, NH 03431
! 55 Main Street W, Keene, NH 03431
# Apartments as Americans write them
1420 (Apt 3B), W Fillmore Street, Phoenix, US, 85007, Arizona
= 1420 W Fillmore St Apt 3B, Phoenix, AZ 85007
= 1420 W Fillmore St #3B, Phoenix, AZ 85007
~ 1420 W Fillmore St, 3B, Phoenix, AZ
= Apt 3B, 1420 W Fillmore St, Phoenix, AZ
~ 1420 W. Fillmore Street, Phoenix, AZ 85007, Apartment 3-B
~ 1420 w fillmore apt 3b phoenix
! 1420 W Fillmore St Apt 3D, Phoenix, AZ 85007
! 1420 E Fillmore St Apt 3B, Phoenix, AZ 85007
% 1420 W Fillmore St, Phoenix, AZ 85007
! 1420 W Fillmore St Ste 300, Phoenix, AZ 85007
2000 (Bldg C Ste 210), Corporate Ridge, McLean, US, 22102, Virginia
~ 2000 Corporate Ridge, Building C, Suite 210, McLean, VA 22102
~ 2000 Corporate Rdg Bldg C Ste 210, Mc Lean, VA
! 2000 Corporate Ridge, Building B, Suite 210, McLean, VA 22102
! 2000 Corporate Ridge, Bldg C, Suite 201, McLean, VA 22102
36 (Lot 9), Cedar Trailer Park, Bangor, US, 04401, Maine
~ 36 Cedar Trailer Park Lot 9, Bangor, ME
! 36 Cedar Trailer Park Lot 6, Bangor, ME
250, Boylston Street, Boston, US, 02116, Massachusetts
~ Acme Corp, 250 Boylston St, Boston, MA 02116
~ c/o J. Smith, 250 Boylston St, Boston, MA 02116
~ 250 Boylston Street Boston MA 02116-1234 USA
~ 250 Boylston St (next to the library), Boston, MA
~ 250 Boylston St, Boston, MA 02116 (617) 555-0199
~ 250 Boylston St, Boston, MA 02115
~ 250 Boyslton St, Boston, MA
~ MA, Boston, 250 Boylston St
~ Boston MA 02116, 250 Boylston Street
! 250 Boylston St, Brookline, MA 02445
! 250 Boylston St Unit 4, Boston, MA 02116
! PO Box 250, Boston, MA 02116
! 520 Boylston St, Boston, MA 02116
! 250 Boylston Ave, Boston, MA 02116
! 2500 Boylston St, Boston, MA 02116
# Places between suburb and town, streets without a name of their own
2, Church Street, Ext 5, Mamelodi East, Pretoria, ZA, 0122, Gauteng
= 2 Church Street, Ext 5, Mamelodi East, Pretoria
= 2 church street ext 5 mamelodi east pretoria
= 2 church street mamelodi east ext 5 pretoria
! 2 Church Street, Ext 5, Mamelodi West, Pretoria
! 2 Church Street, Ext 6, Mamelodi East, Pretoria
48, Bamboo Street, Extension 4, Lenasia, ZA, 1827, Gauteng
= 48 Bamboo Street, Ext 4, Lenasia
! 48 Bamboo Street, Extension 4 South, Lenasia
6, De La Rey Road, Berea, East London, ZA, 5241, Eastern Cape
= 6 DE LA REY RD BEREA EAST LONDON
! 6 De La Rey Lane, Berea, East London
5, Road No 3, Newlands East, Durban, ZA, 4037, Kwazulu Natal
= 5 Rd 3 Newlands East Durban
= 5 Road No. 3, Newlands East, Durban
! 5 Road No 4, Newlands East, Durban
! 3 Road No 5, Newlands East, Durban
12, Street 12, Melkbosstrand, Cape Town, ZA, 7441, Western Cape
= 12 Street 12, Melkbosstrand, Cape Town
! 12 Street 2, Melkbosstrand, Cape Town
# Forms, persons, ways
5, Ndlovu Road, Vincent, East London, ZA, 5247, Eastern Cape
= 5 Ndlovu Road Vincent East London
~ Address: 5 Ndlovu Road, Vincent, East London, 5247
~ Street: 5 Ndlovu Rd, Suburb: Vincent, City: East London, Postal code: 5247
~ Physical address: 5 Ndlovu Road\nSuburb: Vincent\nCity: East London
~ Mrs N. Botha 5 Ndlovu Rd Vincent East London
~ Attn: Zanele 5 Ndlovu Rd, Vincent, East London
~ 5 Ndlovu Road. Vincent. East London. 5247
~ 5 Ndlovu Road / Vincent / East London
~ 5 Ndlovu Raod, Vincent, East London
~ 5 Ndlovu Rd, Vincent, East London, langs die kerk
~ 5 Ndlovu Rd Vincent East London opposite the Spar
! 5 Ndlovu Road, Vincent East, East London
! 5 Ndlovu Road South, Vincent, East London
! 5 Ndlovu Road, Vincent Heights, East London, 5247
38, Steyn Avenue, Middelburg, Middelburg, ZA, 1050, Mpumalanga
= 38 Steyn Avenue, Middelburg
~ 38 Steyn Aveune, Middelburg, 1050
~ 38 Steyn Ave, Golfsig, Middelburg, 1050
~ 38 Steyn Ave, Golfsig, 1050
% 38 Steyn Avenue, Golfsig, Middelburg
% 38 Steyn Avenue, Golfsig, Middelburg, 1055
! 38 Steyn Avenue, Golfsig
! 38 Steyn Avenue, Golfsig, Witbank, 1035
91, Mosime Street, Zamani Location, Memel, ZA, 2970, Free State
~ 91 Mosime Steret, Zamani, Memel
! 91 Mosime Street, Zamani Location South, Memel
44, Biyela Street, Empangeni Central, Empangeni, ZA, 3880, Kwazulu Natal
~ 44 Biyela Str, Empangeni
! 44 Biyela Str, Ngwelezana, Empangeni, 3880
75, Wilfred Road, Manchester, US, 06040, Connecticut
~ CT 06040, Manchester, 75 Wilfred Road
~ House no. 75 Wilfred Rd, Manchester, CT
~ Street: 75 Wilfred Road, City: Manchester, State: CT, Zip: 06040
~ 75 Wilfred Raod, Manchester, CT 06040
817, 25th Street Northwest, Washington, US, 20037, District of Columbia
~ 817 25th street northwest washington
~ 817 25th Street. NW, Washington, DC
! 817 25th Street, Seattle, Washington
1420, Township Road 12, Lisbon, US, 44432, Ohio
~ 1420 Twp Rd 12, Lisbon, OH
~ 1420 TR 12, Lisbon, OH 44432
! 1420 Twp Rd 21, Lisbon, OH 44432
4480, County Road 16, Esparto, US, 95627, California
~ 4480 CR #16, Esparto, CA
"""


def read_register_kinds() -> list[Pair]:
    """Return every pair of this file."""
    return read_text(_TOLD)
