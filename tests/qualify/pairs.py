"""Addresses as people write them, below the one that AEx writes so, labelled by hand.

`=` names that premise, and enough of it. `~` means it, but misspells it, or leaves out what could tell it apart.
`!` is another premise, which AEx does not have. `?` nobody could tell. All stand in one world: whatever is asked is
matched against every premise of this file.
"""

from typing import Final, Literal, cast

from attrs import frozen

Label = Literal["=", "~", "!", "?"]


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
~ 38 David Road, Oaktree, Krugersdorp
~ 38 Davd Road (Cottage), Oaktree, Krugersdorp
~ 38 David Road (Cottage), Oaktre, Krugersdorp
~ 38 David Road (Cottage), Oaktree
~ 38 David (Cottage), Oaktree, Krugersdorp
~ 38 Daivd Rd (Cottage), Oaktree, Krugersdorp, 1739
! 83 David Road (Cottage), Oaktree, Krugersdorp
! 39 David Road (Cottage), Oaktree, Krugersdorp, ZA, 1739, Gauteng
! 38 David Road (Unit 4), Oaktree, Krugersdorp
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
~ 12 Varing Street, Homelake, Randfontein
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
! 11 Pompano Place (Unit 2), Newlands, Durban, 4001
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
~ 38 Railway Street, Hectorton, Randfontein
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
~ 138 Railway Street, Hectorton, Randfontein
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
? 4 Kloof Road
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
! 17 Kerk Street, Oaktree, Krugersdorp
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
~ 15 v Riebeeck Avenue, Hectorton Ext 2, Randfontein
! 15 Van Riebeeck Ave, Hectorton Ext 3, Randfontein
! 15 Jan van Riebeeck Avenue, Alberton, 1449
! 15 Van Riebeeck Avenue, Oaktree, Krugersdorp
! 51 Van Riebeeck Ave, Hectorton Ext 2, Randfontein
15, Van Rensburg Avenue, Hectorton Ext 2, Randfontein, ZA, 1765, Gauteng
= 15 Van Rensburg Ave, Hectorton Ext 2, Randfontein
~ 15 Janse van Rensburg Avenue, Hectorton Ext 2, Randfontein
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
~ 5 Brodway, Riverview, Fort Mill, SC
! 5 Broad Street, Riverview, Fort Mill, SC
! 55 Broadway, Riverview, Fort Mill, SC 29715
! 5 Broadway, New York, NY 10004
3, Station Road, Homelake, Randfontein, ZA, 1759, Gauteng
= 3 Station Rd, Homelake, Randfontein
= 3 Station Road Homelake Randfontein Gauteng 1759
= 3 Stasieweg, Homelake, Randfontein
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
~ 46 Tambotie Lane, Homelake, Randfontein
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
~ 101 Milner Road, Sea Point, Cape Town
! Unit 17, 101 Milner Road, Sea Point, Cape Town
! Unit 7, 110 Milner Road, Sea Point, Cape Town
! Flat 7B, 101 Milner Road, Sea Point, Cape Town
! Unit 7, 101 Milner Road, Rondebosch, Cape Town
! Unit 7, 101 Miller Road, Nahoon, East London
"""


def read_pairs() -> list[Pair]:
    """Return every pair of this file."""
    pairs, known = list[Pair](), ""
    for line in _TOLD.splitlines():
        if line[0] in "=~!?":
            pairs.append(Pair(cast("Label", line[0]), line[2:], known))
        else:
            known = line
    return pairs
