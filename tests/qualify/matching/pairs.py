"""Addresses as people write them, below the one that AEx writes so, labelled by hand.

`=` names that premise, and all that tells it apart. `~` means it, but misspells, translates or leaves out something.
`^` means it most likely, and must not be exact: a neighbour that AEx does not have may be meant.
`!` is another premise, which AEx does not have. `%` leaves it open which part of that premise is meant. `?` nobody
could tell. All stand in one world: whatever is asked is matched against every premise of this file.
"""

import json
import re
from typing import Final, Literal, cast

from attrs import frozen

Label = Literal["=", "~", "^", "!", "%", "?"]

_ESCAPE: Final = re.compile(r"\\(?:n|t|u[0-9a-f]{4})")


@frozen
class Pair:
    """An address asked for, the premise it stands below, and what the two are to each other."""

    label: Label
    asked: str
    known: str


_TOLD: Final = """\
38 , David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng
= 38, David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng
= 38 David Rd (Cottage), Oaktree, Krugersdorp
= Cottage, 38 David Road, Oaktree, Krugersdorp, 1739
= 38 DAVID ROAD (COTTAGE) OAKTREE KRUGERSDORP
= 38 (cottage) david rd., oaktree, krugersdorp, gauteng, south africa
= 38 David Road, Cottage, Oaktree, 1739, Gauteng
= 38 , David  Road ( Cottage ) , Oaktree , Krugersdorp
= 38 David Rd(Cottage),Oaktree,Krugersdorp,ZA,1739,GP
% 38 David Road, Oaktree, Krugersdorp
~ 38 Davd Road (Cottage), Oaktree, Krugersdorp
~ 38 David Road (Cottage), Oaktre, Krugersdorp
~ 38 David Road (Cottage), Oaktree
~ 38 David (Cottage), Oaktree, Krugersdorp
~ 38 Daivd Rd (Cottage), Oaktree, Krugersdorp, 1739
! 83 David Road (Cottage), Oaktree, Krugersdorp
! 39 David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng
! 38 David Road (Unit 4), Oaktree, Krugersdorp
! 38 David Road (Flatlet), Oaktree, Krugersdorp
! 380 David Road (Cottage), Oaktree, Krugersdorp
! 38 David Road (Cottage), Homelake, Randfontein
! 38A David Road (Cottage), Oaktree, Krugersdorp
? David Road (Cottage), Oaktree, Krugersdorp
? Oaktree, Krugersdorp
12, Varing Street(Cottage), Homelake, Randfontein, ZA, 1759, Gauteng
= 12 Varing St (Cottage), Homelake, Randfontein
= Cottage 12 Varing Str, Homelake, Randfontein, 1759
= 12 Varing Street (Cottage) Homelake Randfontein 1759
= 12 varingstraat (cottage), homelake, randfontein
= 12 Varing Street, Cottage, Homelake, 1759
% 12 Varing Street, Homelake, Randfontein
~ 12 Vaaring Street (Cottage), Homelake, Randfontein
~ 12 Varing St (Cottage), Home Lake, Randfontein
~ 12 Varing Street (Cottage), Randfontein
! 21 Varing Street (Cottage), Homelake, Randfontein
! 12 Varing Street (Unit 12), Homelake, Randfontein
! 12 Spring Street (Cottage), Homelake, Randfontein
! 12 Varing Street (Cottage), Oaktree, Krugersdorp
! 112 Varing Street (Cottage), Homelake, Randfontein
? 12 Homelake, Randfontein
9, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal
= 9 Pompano Place, Newlands, Durban
= 9 Pompano Pl, Newlands, Durban, 4037, KZN
= 9 POMPANO PLACE NEWLANDS DURBAN 4037
= 9, Pompano Pl., Newlands, 4037
= No. 9 Pompano Place, Newlands, Durban
= No 9, Pompano Place, Newlands, Durban
= Pompano Place 9, Newlands, Durban
= 9 Pompano Place, Newlands, Durban, KwaZulu-Natal, South Africa
= # 9 Pompano Place, Newlands, Durban
~ 9 Pompano Place, Newlands
~ 9 Pompano Place, Durban
~ 9 Pompanno Place, Newlands, Durban
~ 9 Pompano, Newlands, Durban
~ 9 Pompano Place, Newland, Durban
~ 9 Pompano Place, Newlands, Durbn
~ 9 Pompano Place, Newlands, Durban, 4037, Gauteng
! 7 Pompano Place, Newlands, Durban
! 19 Pompano Place, Newlands, Durban
! 9A Pompano Place, Newlands, Durban
! 90 Pompano Place, Newlands, Durban
! 9 Pompano Place, Umhlanga, Durban
! 9 Marlin Road, Newlands, Durban
! 9 Pompano Place, Newlands, Cape Town, 7700
? Pompano Place, Newlands, Durban
? 9 Newlands, Durban
11, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal
= 11 Pompano Place, Newlands, Durban
= 11 Pompano Pl Newlands Durban
= 11, pompano place, newlands, durban, za, 4037, kwazulu natal
~ 11 Pompano Place, Newlands
~ 11 Pomapno Place, Newlands, Durban
~ 11 Pompanoplace, Newlands, Durban
% 11 Pompano Place (Unit 2), Newlands, Durban, 4037
! 11-13 Pompano Place, Newlands, Durban
! 1 Pompano Place, Newlands, Durban
120, Banks Street, Riverview, Fort Mill, US, 29715, South Carolina
= 120 Banks St, Riverview, Fort Mill, SC 29715
= 120 Banks Street, Riverview, Ft Mill, South Carolina, USA
= 120 Banks St Riverview Fort Mill SC
= 120 BANKS ST, RIVERVIEW, FORT MILL, SC, 29715, US
~ 120 Banks St, Fort Mill, SC 29715
~ 120 Bank St, Riverview, Fort Mill, SC 29715
~ 120 Banks, Riverview, Fort Mill
~ 120 Banks Street, Riverveiw, Fort Mill
! 102 Banks St, Riverview, Fort Mill, SC 29715
! 120 Banks St, Springfield, Fort Mill, SC 29708
! 1200 Banks St, Riverview, Fort Mill, SC
! 120 Clebourne St, Riverview, Fort Mill, SC 29715
? Banks Street, Fort Mill
38 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng
= 38 (Cottage), Railway Street, Hectorton, Randfontein
= 38 Railway St (Cottage), Hectorton, Randfontein, 1765
= Cottage, 38 Railway Str, Hectorton, Randfontein
= 38 Railwaystraat (Cottage), Hectorton, Randfontein
% 38 Railway Street, Hectorton, Randfontein
~ 38 Raiway Street (Cottage), Hectorton, Randfontein
~ 38 Railway (Cottage), Hectorton, Randfontein
~ 38 Railway Street (Cottage), Hektorton, Randfontein
! 338 Railway Street (Cottage), Hectorton, Randfontein
! 38 Railway Street (Cottage), Newlands, Durban
! 38 Railway Street (Flat 3), Hectorton, Randfontein
! 38 Railway Street (Cottage), Homelake, Randfontein, 1759
? Railway Street 38
138 (Cottage), Railway Street, Hectorton, Randfontein, ZA, 1765, Gauteng
= 138 Railway St (Cottage), Hectorton, Randfontein
= 138 (cottage) railway street hectorton randfontein gauteng
% 138 Railway Street, Hectorton, Randfontein
~ 138 Railway Strt (Cottage), Hectorton, Randfontein
! 13 8 Railway Street (Cottage), Hectorton, Randfontein
! 139 Railway Street (Cottage), Hectorton, Randfontein
! 138 Railway Street (Unit 1), Hectorton, Randfontein
4, Kloof Road, Sea Point, Cape Town, ZA, 8005, Western Cape
= 4 Kloof Rd, Sea Point, Cape Town
= 4 Kloof Road Sea Point Cape Town 8005
= 4 Kloof Rd., Sea Point, 8005, WC
= 4 Kloofweg, Sea Point, Cape Town
= Kloof Road 4, Sea Point, Cape Town
~ 4 Kloof Rd, Sea Point
~ 4 Kloof Road, Cape Town
~ 4 Klooff Road, Sea Point, Cape Town
~ 4 Kloof Rd, Seapoint, Cape Town
! 4 Kloof Road, Clifton, Cape Town
! 4 Kloof Road, Gardens, Cape Town, 8001
! 4 Kloof Nek Road, Sea Point, Cape Town
! 14 Kloof Road, Sea Point, Cape Town
! 4 Kloof Street, Gardens, Cape Town
! 4B Kloof Road, Sea Point, Cape Town
~ 4 Kloof Road
? 4 Sea Point
4 (Unit 12), Beach Road, Sea Point, Cape Town, ZA, 8005, Western Cape
= Unit 12, 4 Beach Road, Sea Point, Cape Town
= Flat 12, 4 Beach Rd, Sea Point, Cape Town, 8005
= 12/4 Beach Road, Sea Point, Cape Town
= Apt 12, 4 Beach Rd, Sea Point, 8005
= Apartment No. 12, 4 Beach Road, Sea Point, Cape Town
= 4 Beach Rd, Unit 12, Sea Point, Cape Town
= No 12, 4 Beach Road, Sea Point, Cape Town
= #12, 4 Beach Road, Sea Point, Cape Town
= 4 Beach Road unit 12 Sea Point Cape Town
~ Unit 12, 4 Beach Road, Sea Point
~ Unit 12, 4 Beech Road, Sea Point, Cape Town
~ Unit 12 Ocean Heights, 4 Beach Road, Sea Point, Cape Town
! Unit 13, 4 Beach Road, Sea Point, Cape Town
% Shop 12, 4 Beach Road, Sea Point, Cape Town
! Unit 1, 4 Beach Road, Sea Point, Cape Town
! Unit 12, 6 Beach Road, Sea Point, Cape Town
! Unit 4, 12 Beach Road, Sea Point, Cape Town
! Unit 12A, 4 Beach Road, Sea Point, Cape Town
! Unit 12, 4 Beach Road, Muizenberg, Cape Town
? 4 Beach Road, Sea Point, Cape Town
4 (Unit 4), Beach Road, Sea Point, Cape Town, ZA, 8005, Western Cape
= Unit 4, 4 Beach Road, Sea Point, Cape Town
= 4/4 Beach Road, Sea Point, Cape Town
= Flat 4, 4 Beach Rd, Sea Point, 8005
~ Unit 4, 4 Beach Rd, Sea Point
~ Unit 4, 4 Beach Road, Sea Piont, Cape Town
! Unit 5, 4 Beach Road, Sea Point, Cape Town
! Shop 40, 4 Beach Road, Sea Point, Cape Town
12, St Andrews Road, Sea Point, Cape Town, ZA, 8005, Western Cape
= 12 St Andrews Rd, Sea Point, Cape Town
= 12 Saint Andrews Road, Sea Point, Cape Town
= 12 St. Andrew's Road, Sea Point, Cape Town, 8005
= 12 St Andrew\u2019s Rd Sea Point Cape Town
~ 12 St Andrew Rd, Sea Point, Cape Town
~ 12 St Andrews, Sea Point, Cape Town
! 12 St James Road, Sea Point, Cape Town
! 12 Andrews Street, Sea Point, Cape Town
! 2 St Andrews Road, Sea Point, Cape Town
! 12 St Andrews Street, Durban, 4001
10, 1st Avenue, Newlands, Durban, ZA, 4037, Kwazulu Natal
= 10 1st Ave, Newlands, Durban
= 10 First Avenue, Newlands, Durban
= 10 First Ave, Newlands, 4037
= 10 1ste Laan, Newlands, Durban
~ 10 1st Ave, Newlands
~ 10 First, Newlands, Durban
! 10 2nd Avenue, Newlands, Durban
! 10 11th Avenue, Newlands, Durban
! 10 First Street, Newlands, Durban
! 1 10th Avenue, Newlands, Durban
! 10 21st Avenue, Newlands, Durban
10, 2nd Street, Newlands, Durban, ZA, 4037, Kwazulu Natal
= 10 2nd St, Newlands, Durban
= 10 Second Street, Newlands, Durban
~ 10 Second St, Newlands
! 10 22nd Street, Newlands, Durban
! 102 2nd Street, Newlands, Durban
17, Church Street, Oaktree, Krugersdorp, ZA, 1739, Gauteng
= 17 Church St, Oaktree, Krugersdorp
= 17 Church Str Oaktree Krugersdorp 1739
= 17 Church Street, Oaktree, Krugersdorp, Gauteng, RSA
~ 17 Chruch Street, Oaktree, Krugersdorp
~ 17 Church, Oaktree, Krugersdorp
~ 17 Church Street, Oaktree, Krugersdrop
~ 17 Kerk Street, Oaktree, Krugersdorp
! 17 Church Street, Hectorton, Randfontein
! 17 Church Avenue, Newlands, Durban
! 71 Church Street, Oaktree, Krugersdorp
! 17 Churchill Street, Oaktree, Krugersdorp
? Cnr Church & David, Oaktree
? Corner of Church Street and David Road, Oaktree, Krugersdorp
17, Church Road, Homelake, Randfontein, ZA, 1759, Gauteng
= 17 Church Rd, Homelake, Randfontein
= 17 Church Road Homelake 1759
~ 17 Church Rd, Homelake
! 17 Church Road, Krugersdorp, 1740
! 17 Church Crescent, Oatlands, Krugersdorp
33, Ocean View Drive, Sea Point, Cape Town, ZA, 8005, Western Cape
= 33 Ocean View Dr, Sea Point, Cape Town
= 33 OCEAN VIEW DRV, SEA POINT, 8005
= Ocean View Drive 33, Sea Point, Cape Town
~ 33 Oceanview Drive, Sea Point, Cape Town
~ 33 Ocean View, Sea Point, Cape Town
~ 33 Ocean Veiw Drive, Sea Point, Cape Town
! 33 Mountain View Drive, Sea Point, Cape Town
! 33 Ocean Drive, Sea Point, Cape Town
! 33 Ocean View Drive, Green Point, Cape Town
! 33 Ocean View Drive, Durban North, 4051
52, Katy Fulshear Road, Cross Creek, Fulshear, US, 77441, Texas
= 52 Katy Fulshear Rd, Cross Creek, Fulshear, TX 77441
= 52 Katy-Fulshear Road, Cross Creek, Fulshear, TX
= 52 Katy Fulshear Rd Cross Creek Fulshear Texas USA
~ 52 Katy Fulshear Rd, Fulshear, TX 77441
~ 52 Katy Fulsher Rd, Cross Creek, Fulshear, TX
! 52 Katy Road, Cross Creek, Fulshear, TX 77441
! 25 Katy Fulshear Rd, Cross Creek, Fulshear, TX
! 52 Fulshear Road, Cross Creek, Fulshear, TX
7, Bois D'Arc Lane, Cross Creek, Fulshear, US, 77441, Texas
= 7 Bois D'Arc Ln, Cross Creek, Fulshear, TX 77441
= 7 Bois d\u2019Arc Lane, Cross Creek, Fulshear
= 7 Bois DArc Ln, Cross Creek, Fulshear
~ 7 Boise D'Arc Ln, Cross Creek, Fulshear, TX
~ 7 Bois Darc, Cross Creek, Fulshear, TX
! 7 Bois Lane, Cross Creek, Fulshear, TX
! 77 Bois D'Arc Ln, Cross Creek, Fulshear
21, Marlin Road, Newlands, Durban, ZA, 4037, Kwazulu Natal
= 21 Marlin Rd, Newlands, Durban
= 21 marlin road newlands durban kzn
= 21 Marlin Road, Newlands, 4037
~ 21 Marlinn Road, Newlands, Durban
! 21 Merlin Road, Westville, Durban, 3629
! 21 Martin Road, Umbilo, Durban
! 21 Marina Road, Newlands, Durban
! 12 Marlin Road, Newlands, Durban
21, Marlin Road, Port Alfred, Makhanda, ZA, 6170, Eastern Cape
= 21 Marlin Rd, Port Alfred, Makhanda
= 21 Marlin Road, Port Alfred, 6170, EC
~ 21 Marlin Rd, Port Alfred
~ 21 Marlin Road, Port Alfred, Makanda
! 21 Marlin Road, Port Elizabeth, Gqeberha
? 21 Marlin Road
? 21 Marlin Rd, South Africa
6, Extension 3 Road, Homelake, Randfontein, ZA, 1759, Gauteng
= 6 Ext 3 Road, Homelake, Randfontein
= 6 Ext. 3 Rd, Homelake, 1759
! 6 Ext 4 Road, Homelake, Randfontein
! 3 Ext 6 Road, Homelake, Randfontein
15, Van Riebeeck Avenue, Hectorton Ext 2, Randfontein, ZA, 1765, Gauteng
= 15 Van Riebeeck Ave, Hectorton Extension 2, Randfontein
= 15 Van Riebeecklaan, Hectorton Ext. 2, Randfontein
= 15 VAN RIEBEECK AV, HECTORTON EXT 2, 1765
~ 15 van Riebeek Ave, Hectorton Ext 2, Randfontein
! 15 Van Riebeeck Ave, Hectorton Ext 3, Randfontein
! 15 Jan van Riebeeck Avenue, Alberton, 1449
! 15 Van Riebeeck Avenue, Oaktree, Krugersdorp
! 51 Van Riebeeck Ave, Hectorton Ext 2, Randfontein
15, Van Rensburg Avenue, Hectorton Ext 2, Randfontein, ZA, 1765, Gauteng
= 15 Van Rensburg Ave, Hectorton Ext 2, Randfontein
! 15 Janse van Rensburg Avenue, Hectorton Ext 2, Randfontein
~ 15 Van Rensberg Ave, Hectorton Ext 2, Randfontein
! 15 Van Heerden Avenue, Hectorton Ext 2, Randfontein
8A, Robert Street, Oaktree, Krugersdorp, ZA, 1739, Gauteng
= 8A Robert St, Oaktree, Krugersdorp
= 8 A Robert Street, Oaktree, Krugersdorp
= 8a robert str oaktree krugersdorp 1739
~ 8A Roberts Street, Oaktree, Krugersdorp
~ 8A Robert, Oaktree, Krugersdorp
! 8 Robert Street, Oaktree, Krugersdorp
! 8B Robert Street, Oaktree, Krugersdorp
! 18A Robert Street, Oaktree, Krugersdorp
! Unit 8, 8A Robert Street, Kenmare, Krugersdorp
2, Dr Beyers Naude Drive, Oaktree, Krugersdorp, ZA, 1739, Gauteng
= 2 Dr Beyers Naude Dr, Oaktree, Krugersdorp
= 2 Doctor Beyers Naud\u00e9 Drive, Oaktree, Krugersdorp
= 2 Dr. Beyers Naud\u00e9 Rylaan, Oaktree, 1739
~ 2 Beyers Naude Drive, Oaktree, Krugersdorp
~ 2 Dr Beyers Naude, Oaktree, Krugersdorp
! 22 Dr Beyers Naude Drive, Oaktree, Krugersdorp
! 2 Dr Beyers Naude Drive, Northcliff, Johannesburg
5, Broadway, Riverview, Fort Mill, US, 29715, South Carolina
= 5 Broadway, Riverview, Fort Mill, SC 29715
= 5 BROADWAY, RIVERVIEW, FORT MILL, SC
= 5 Broadway Riverview Fort Mill SC 29715
~ 5 Brodway, Riverview, Fort Mill, SC
! 5 Broad Street, Riverview, Fort Mill, SC
! 55 Broadway, Riverview, Fort Mill, SC 29715
! 5 Broadway, New York, NY 10004
3, Station Road, Homelake, Randfontein, ZA, 1759, Gauteng
= 3 Station Rd, Homelake, Randfontein
= 3 Station Road Homelake Randfontein Gauteng 1759
~ 3 Stasieweg, Homelake, Randfontein
= 3, Station Rd, Homelake, 1759
~ 3 Staiton Road, Homelake, Randfontein
~ 3 Station Rd, Homelake
~ 3 Station Road, Homelaek, Randfontein
~ 3 Station, Homelake, Randfontein
! 3 Old Station Road, Homelake, Randfontein
! 3 Station Road, Krugersdorp North, 1741
! 30 Station Road, Homelake, Randfontein
! 3 Stegmann Road, Homelake, Randfontein
! 3 Nation Road, Homelake, Randfontein
! 3C Station Road, Homelake, Randfontein
! Unit 3, Station Road, Homelake, Randfontein
? Station Road, Homelake
46, Tambotie Avenue, Homelake, Randfontein, ZA, 1759, Gauteng
= 46 Tambotie Ave, Homelake, Randfontein
= 46 Tambotielaan, Homelake, Randfontein
= House 46 Tambotie Avenue, Homelake, Randfontein
= 46 Tambotie Av. Homelake Randfontein
= "46 Tambotie Ave", Homelake, Randfontein
~ 46 Tamboti Ave, Homelake, Randfontein
~ 46 Tambotie Avenue, Randfontein
~ 46 Tambotie Avenue, Homelake, Randfontein, 1760
! 46 Tambotie Lane, Homelake, Randfontein
! 46 Kiewiet Street, Homelake, Randfontein
! 64 Tambotie Avenue, Homelake, Randfontein
! 46-48 Tambotie Avenue, Homelake, Randfontein
! 46 Tambotie Avenue, Kempton Park, 1619
! 46 Tambotie Avenue (Cottage 2), Homelake Estate, Brakpan
! 46 Acacia Avenue, Homelake, Randfontein
? 46, Randfontein
101 (Unit 7), Milner Road, Sea Point, Cape Town, ZA, 8005, Western Cape
= Unit 7, 101 Milner Road, Sea Point, Cape Town
= 7/101 Milner Rd, Sea Point, Cape Town
= Flat 7 101 Milner Road Sea Point 8005
= Unit No. 7, 101 Milner Rd, Sea Point, Cape Town
~ Flat 7, Milner Court, 101 Milner Road, Sea Point, Cape Town
~ Unit 7, 101 Milnor Road, Sea Point, Cape Town
% 101 Milner Road, Sea Point, Cape Town
! Unit 17, 101 Milner Road, Sea Point, Cape Town
! Unit 7, 110 Milner Road, Sea Point, Cape Town
! Flat 7B, 101 Milner Road, Sea Point, Cape Town
! Unit 7, 101 Milner Road, Rondebosch, Cape Town
! Unit 7, 101 Miller Road, Nahoon, East London
576, Wessels Mota Street, Sebokeng Unit 12, Sebokeng, ZA, 1983, Gauteng
= 576 Wessels Mota Street, Sebokeng Unit 12, Sebokeng
= 576 Wessels Mota Str, Sebokeng Unit 12, 1983
~ 576 Wessels Mota Street, Unit 12, Sebokeng
~ 576 Wessels Mota St, Sebokeng
% Flat 7B, 576 Wessels Mota Street, Sebokeng Unit 12
% Shop 41, 576 Wessels Mota Street, Sebokeng Unit 12, Sebokeng, 1983
! 576 Wessels Mota Street, Sebokeng Unit 13, Sebokeng
! 567 Wessels Mota Street, Sebokeng Unit 12, Sebokeng
10313, Itsoseng Street, Zone 7B, Sebokeng, ZA, 1983, Gauteng
= 10313 Itsoseng Street, Zone 7B, Sebokeng
= 10313 Itsoseng Str Zone 7b Sebokeng 1983
= 10313 Itsosengstraat, Sone 7B, Sebokeng
~ 10313 Itsoseng Street, Sebokeng
! 10313 Itsoseng Street, Zone 17B, Sebokeng
! 10313 Itsoseng Street, Zone 7, Sebokeng
18051, Mafubathu Street, Tsakane Ext 8, Brakpan, ZA, 1550, Gauteng
= 18051 Mafubathu St, Tsakane X8, Brakpan
= 18051 Mafubathu Street, Tsakane Uitbreiding 8, Brakpan
= 18051 MAFUBATHU STREET TSAKANE EXTENSION 8 BRAKPAN 1550
~ 18051 Mafubathu Street, Tsakane, Brakpan
~ 18051 Mafubatu Street, Tsakane Ext 8, Brakpan
! 18051 Mafubathu Street, Tsakane Ext 9, Brakpan
! 18051 Mafubathu Road, Tsakane Ext 8, Brakpan
9996, Tsomo Street, Mamelodi West, Pretoria, ZA, 0122, Gauteng
= 9996 Tsomo Street, Mamelodi West, Tshwane
= 9996 Tsomo Street, Mamelodi-Wes, Pretoria, 0122
= Mamelodi West, 9996 Tsomo Street, Pretoria
= 9996 Tsomo Street, Mamelodi West, City of Tshwane
~ 9996 Tsomo Street, Mamelodi, Pretoria, 0122
! 9996 Tsomo Street, Mamelodi East, Pretoria, 0122
! 9996 Tsomo Street, Atteridgeville, Pretoria
2681, Lingelihle Street, Booysen Park, Port Elizabeth, ZA, 6058, Eastern Cape
= 2681 Lingelihle Street, Booysen Park, Gqeberha
= 2681 Lingelihle Str., Booysen Park, PE, 6058
~ 2681 Lingelihle Street, Booysenpark, Port Elizabeth, EC
~ 2681 Lingelihle Street, Booysen Park, Port Elizabeht
~ 2681 Lingelihle Street, Booysen Park, Port Elzabeht
! 2681 Lingelihle Avenue, Booysen Park, Port Elizabeth
14, African Street, Oatlands, Grahamstown, ZA, 6139, Eastern Cape
= 14 African Street, Oatlands, Makhanda
= 14 African Str, Oatlands, Grahamstown, Oos-Kaap
~ 14 African Street, Grahamstown, 6139
~ 14 African Street, Oatlands, Grahamstown, 6140
! 14 African Street, Oatlands North, Grahamstown
! 14 African Street, North Oatlands, Grahamstown
31 (Flat 4 Bridgewater), Anton Van Wouw Street, Constantia Park, Pretoria, ZA, 0010, Gauteng
= Flat 4, Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
= Flat 4 Bridgewater, 31 Anton Van Wouw St, Constantia Park, Pretoria
= Apartment 4, Bridgewater, 31 Anton van Wouw Street, Constantia Park, 0010
= Woonstel 4, Bridgewater, Anton van Wouwstraat 31, Constantia Park, Pretoria
= Door 4, Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
= Flat 4, 31 Anton van Wouw Street, Constantia Park, Pretoria
~ 4 Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
~ Bridgewater 4, 31 Anton van Wouw Street, Constantia Park, Pretoria
~ 4/31 Anton van Wouw Street, Constantia Park, Pretoria
~ Flat 4 Bridgewater, Anton van Wouw Street, Constantia Park, Pretoria
~ Flat 4, Brigdewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
~ Flat 4, Bridgewater, 31, Constantia Park, Pretoria
! Flat 4, Turnberry, 31, Constantia Park, Pretoria
! Shop 4, Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
! Flat 5, Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
! Flat 4, Turnberry, 31 Anton van Wouw Street, Constantia Park, Pretoria
! 5/31 Anton van Wouw Street, Constantia Park, Pretoria
! Flat 4B, Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
% 31 Anton van Wouw Street, Constantia Park, Pretoria
% Bridgewater, 31 Anton van Wouw Street, Constantia Park, Pretoria
Unit 5 Block A, Villa Rosa, 77, Beyers Street, Florida Park, Roodepoort, ZA, 1709, Gauteng
= Unit 5 Block A, Villa Rosa, 77 Beyers Street, Florida Park, Roodepoort
= Unit 5, Block A, Villa Rosa, 77 Beyers St, Florida Park, 1709
= Block A Unit 5, Villa Rosa, 77 Beyers Street, Florida Park, Roodepoort
! Unit 5 Block B, Villa Rosa, 77 Beyers Street, Florida Park, Roodepoort
! Unit 6 Block A, Villa Rosa, 77 Beyers Street, Florida Park, Roodepoort
% Unit 5, Villa Rosa, 77 Beyers Street, Florida Park, Roodepoort
Room 2 Flat 9, Wedgefield, 5066, Ingwempisi Street, Embalenhle, Embalenhle, ZA, 2285, Mpumalanga
= Room 2 Flat 9, Wedgefield, 5066 Ingwempisi Street, Embalenhle, 2285
= Flat 9 Room 2, Wedgefield, 5066 Ingwempisi Street, Embalenhle, 2285
! Room 3 Flat 9, Wedgefield, 5066 Ingwempisi Street, Embalenhle, 2285
! Room 9 Flat 2, Wedgefield, 5066 Ingwempisi Street, Embalenhle, 2285
% Flat 9, Wedgefield, 5066 Ingwempisi Street, Embalenhle, 2285
51-53, Brickhill Road, Northbeach, Durban, ZA, 4074, Kwazulu Natal
= 51-53 Brickhill Road, Northbeach, Durban
= 51 - 53 Brickhill Road, Northbeach, Durban
~ 53 Brickhill Road, Northbeach, Durban, 4074
~ 51-53 Brickhill Rd, North Beach, Durban
! 52 Brickhill Road, Northbeach, Durban, 4074
! 55 Brickhill Road, Northbeach, Durban, 4074
12A, Kapel Street, Newclare, Johannesburg, ZA, 2093, Gauteng
= 12-A Kapel Street, Newclare, Johannesburg
= 12 A Kapel Street, Newclare, Johannesburg
= 12a Kapel Street, Newclare, Joburg
~ 12A Kapel Street, Newclare Ext 2, Johannesburg
! 12-B Kapel Street, Newclare, Johannesburg
! 12 Kapel Street, Newclare, Johannesburg
40, Kapel Street, Newclare, Johannesburg, ZA, 2093, Gauteng
! 40-A Kapel Street, Newclare, Johannesburg
! 40A Kapel Street, Newclare, Johannesburg
! 40 1/2 Kapel Street, Newclare, Johannesburg
% Unit 2, 40 Kapel Street, Newclare, Johannesburg
~ 40 Kapel Street, Newclare, Johannesburg, 2094
~ Riverside Estate, 40 Kapel Street, Newclare, Johannesburg
5521, Erf, Kutlwanong, Odendaalsrus, ZA, 9480, Free State
! 5522 Erf, Kutlwanong, Odendaalsrus
426, Block 6, Kutlwanong, Odendaalsrus, ZA, 9480, Free State
= 426 Block 6, Kutlwanong, Odendaalsrus
! 426 Block 7, Kutlwanong, Odendaalsrus
7482, Mokoena Street, Bloemside Phase 4, Bloemfontein, ZA, 9325, Free State
= 7482 Mokoena Street, Bloemside Phase 4, Bloemfontein
= Erf 7482 Mokoena Street, Bloemside Phase 4, Bloemfontein
= Stand 7482, Mokoena Street, Bloemside Phase 4, Bloemfontein
= House No. 7482 Mokoena Street, Bloemside Phase 4, Bloemfontein, 9325
= Huis 7482 Mokoena Street, Bloemside Phase 4, Mangaung
~ 7482 Mokoena Street, Bloemside Ph 4, Bloemfontein
! 7482 Mokoena Street, Bloemside Phase 5, Bloemfontein
5, Rietfontein 364, Hartbeespoort, Brits, ZA, 0216, North West
= Portion 5 of the Farm Rietfontein 364, Hartbeespoort, Brits
= Gedeelte 5 van die plaas Rietfontein 364, Hartbeespoort, Brits
! Portion 6 of the Farm Rietfontein 364, Hartbeespoort, Brits
! Portion 5 of the Farm Rietfontein 365, Hartbeespoort, Brits
3, Tuin Street, Sonheuwel, Nelspruit, ZA, 1201, Mpumalanga
= 3 Tuinstraat, Sonheuwel, Mbombela
~ 3 Garden Street, Sonheuwel, Nelspruit
= 3 Tuinstraat, Sonheuwel, Nelspruit, 1201, Suid-Afrika
! 3 Tuinweg, Sonheuwel, Nelspruit
8, Kloofpad, Wonderboom, Pretoria, ZA, 0182, Gauteng
! 8 Kloofweg, Wonderboom, Pretoria, 0182
! Posbus 8, Wonderboom, Pretoria, 0182
! PO Box 8, Wonderboom, Pretoria
! Private Bag X8, Wonderboom, 0182
22, Protea Circle, Bela Vista, Polokwane, ZA, 0699, Limpopo
= Proteasirkel 22, Bela Vista, Pietersburg
= 22 Protea Sirkel, Bela Vista, Polokwane
! 22 Protea Singel, Bela Vista, Polokwane
! 22 Protea Plein, Bela Vista, Polokwane
116, Regent Street South, Yeoville, Johannesburg, ZA, 2198, Gauteng
= 116 Regent Street South, Yeoville, Johannesburg
= 116 Regentstraat-Suid, Yeoville, Johannesburg
! 116 Regent Street North, Yeoville, Johannesburg
7, Hlahlandlela Street, Tembisa, Kempton Park, ZA, 1632, Gauteng
= 7 Hlahlandl\u00eala Street, Tembisa, Kempton Park
~ 7 Hlahlandela Street, Tembisa, Kempton Park
~ 7 Hlahlandlela Street, Tembisa, KemptonPark
~ 7 Hlahla ndlela Street, Tembisa, Kempton Park
~ 7 Hlahlandlela, Tembisa, Kempton Park
~ c/o Mandla, 7 Hlahlandlela Street, Tembisa, Kempton Park
12, S Main Street, Springfield, US, 62701, Illinois
= 12 S Main St, Springfield, IL 62701
= 12 South Main Street, Springfield, IL
= 12 s. main st springfield il 62701-1234
~ 12 Main St S, Springfield, IL 62701
~ 12 Main St, Springfield, IL 62701
~ 12 S Main, Springfield, IL 62701
~ 12 S Mian St, Springfield, IL 62701
~ 12 S Main St, Springfeild, IL 62701
~ 12 S Main St, Springfield, IL 62702
! 12S Main Street, Springfield, IL 62701
! 12 N Main St, Springfield, IL 62701
! 12 SW Main St, Springfield, IL 62701
! 12 S Main Ave, Springfield, IL 62701
! 12 S Main St, Peoria, IL 61602
! 12 S Main St, Springfield, MA 01103
! 21 S Main St, Springfield, IL 62701
% 12 S Main St Apt 4, Springfield, IL 62701
% 12 S Main St #4, Springfield, IL 62701
! PO Box 12, Springfield, IL 62701
14S, Oak Street, Springfield, US, 62701, Illinois
= 14S Oak St, Springfield, IL 62701
! 14 S Oak Street, Springfield, IL 62701
545 (Apt 4B), Liberty Street, Durham, US, 27701, North Carolina
= 545 Liberty St Apt 4B, Durham, NC 27701
= 545 Liberty St. #4B, Durham, NC 27701
= 545 Liberty Street, Unit 4B, Durham, North Carolina
= Apt 4B, 545 Liberty St, Durham, NC
= 545 LIBERTY ST APT 4-B DURHAM NC 27701
~ 545 Liberty St Ste 4B, Durham, NC 27701
~ 545 Liberty St 4B, Durham, NC 27701
~ 545-4B Liberty St, Durham, NC 27701
! 545 Liberty St Apt 4C, Durham, NC 27701
! 545 Liberty St Apt 4, Durham, NC 27701
! 545 Liberty St Apt B4, Durham, NC 27701
% 545 Liberty St, Durham, NC 27701
19, South Lasalle Street (Suite 300), Chicago, US, 60603, Illinois
= 19 S LaSalle St, Ste. 300, Chicago, IL 60603
= 19 S La Salle St Ste 300, Chicago, IL 60603
~ 19 S Lasalle St #300, Chicago IL 60603
! 19 S LaSalle St, Ste. 301, Chicago, IL 60603
88175, Us Highway 278, Altoona, US, 35952, Alabama
= 88175 US Hwy 278, Altoona, AL 35952
= 88175 U.S. Highway 278, Altoona, Alabama
= 88175 US-278, Altoona, AL 35952
= 88175 US Route 278, Altoona, AL
! 88175 US Hwy 287, Altoona, AL 35952
! 88175 County Road 278, Altoona, AL 35952
209, State Route 590, Elmhurst Twp, US, 18444, Pennsylvania
= 209 State Rte 590, Elmhurst Township, PA 18444
= 209 SR 590, Elmhurst Twp, PA
! 209 State Route 950, Elmhurst Twp, PA 18444
1000, County Road Db, Mosinee, US, 54455, Wisconsin
= 1000 CR DB, Mosinee, WI 54455
= 1000 COUNTY RD DB, MOSINEE, WISCONSIN
! 1000 County Road DD, Mosinee, WI 54455
69, N 2700 W, Provo, US, 84601, Utah
= 69 North 2700 West, Provo, UT 84601
! 69 N 2700 E, Provo, UT 84601
! 69 S 2700 W, Provo, UT 84601
! 69 N 270 W, Provo, UT 84601
12-34, 45th Avenue, Long Island City, US, 11101, New York
= 12-34 45th Ave, Long Island City, NY 11101
= 12-34 Forty-Fifth Avenue, Long Island City, NY
~ 12-34 45 Ave, Long Island City, NY 11101
! 12-36 45th Ave, Long Island City, NY 11101
! 12-34 46th Ave, Long Island City, NY 11101
! 12 45th Ave, Long Island City, NY 11101
400, Ave D, Williston, US, 05495, Vermont
= 400 Avenue D, Williston, VT 05495
! 400 Avenue B, Williston, VT 05495
! 400 D Street, Williston, VT 05495
5, Fifth Avenue, Pittsburgh, US, 15222, Pennsylvania
= 5 5th Ave, Pittsburgh, PA 15222
= 5 Fifth Av, Pittsburgh, Pennsylvania
! 5 Sixth Ave, Pittsburgh, PA 15222
! 5 5th St, Pittsburgh, PA 15222
3517, S Street Northwest, Washington, US, 20007, District of Columbia
= 3517 S St NW, Washington, DC 20007
= 3517 S Street, N.W., Washington, D.C.
! 3517 S St SE, Washington, DC 20007
! 3517 T St NW, Washington, DC 20007
77, St Marks Place, East Village, New York, US, 10003, New York
= 77 Saint Marks Pl, New York, NY 10003
= 77 St. Mark's Place, New York, NY
! 77 Marks Street, New York, NY 10003
2550, NE 27th Court, Lighthouse Pt, US, 33064, Florida
= 2550 NE 27TH CT LIGHTHOUSE POINT FL 33064
= 2550 Northeast Twenty-Seventh Court, Lighthouse Point, Florida
! 2550 NE 72nd Ct, Lighthouse Pt, FL 33064
6930, S Seville Boulevard W, Gilbert, US, 85298, Arizona
= 6930 South Seville Blvd West, Gilbert, AZ 85298
~ 6930 S Seville Blvd, Gilbert, AZ 85298
! 6930 N Seville Blvd W, Gilbert, AZ 85298
40, Courtland Street, Atlanta, US, 30303, Georgia
~ 40 Courtland Street NE, Atlanta, GA 30303
131, Pine Valley, St Simons Island, US, 31522, Georgia
~ 131 Pine Valley St Simons Island, GA 31522
! 131 Pine Valley Ln, St Simons Island, GA 31522
6, Extension, King Flats, Grahamstown, ZA, 6140, Eastern Cape
= 6 Extension, King Flats, Grahamstown
100, Calle Luna, San Juan, US, 00901, Puerto Rico
= 100 Calle Luna, San Juan, PR 00901
! 100 Calle Sol, San Juan, PR 00901
7 1/2, Elm Street, Albany, US, 12205, New York
= 7\u00bd Elm St, Albany, NY 12205
= 7 1/2 Elm Street, Albany, NY
! 7 Elm St, Albany, NY 12205
"""


def read_pairs() -> list[Pair]:
    """Return every pair of this file."""
    return read_text(_TOLD)


def read_text(text: str) -> list[Pair]:
    """Return the pairs of a text. Lines with `#` are headings, `\\n` and `\\u` escapes are what they stand for."""
    pairs, known = list[Pair](), ""
    for line in text.splitlines():
        if line[:1] in set("=~^!%?"):
            asked = _ESCAPE.sub(lambda found: json.loads(f'"{found[0]}"'), line[2:])
            pairs.append(Pair(cast("Label", line[0]), asked, known))
        elif line and line[0] != "#":
            known = line
    return pairs
