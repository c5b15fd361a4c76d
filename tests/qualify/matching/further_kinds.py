"""Further kinds of address, labelled by hand in the form of `pairs`: what bare figures and lost noughts may mean."""

from typing import Final

from tests.qualify.matching.pairs import Pair, read_text

_TOLD: Final = r"""
# Complexes and units of every order
27 (Unit 14 Kingfisher Close), Rabie Street, Radiokop, Roodepoort, ZA, 1724, Gauteng
= 14 Kingfisher Close, 27 Rabie Street, Radiokop, Roodepoort
= Unit 14, Kingfisher Close, 27 Rabie Street, Radiokop, Roodepoort, 1724
= 27 Rabie Street, Unit 14 Kingfisher Close, Radiokop, Roodepoort
= Kingfisher Close 14, 27 Rabie St, Radiokop, Roodepoort
= KINGFISHER CLOSE UNIT 14 27 RABIE STREET RADIOKOP ROODEPOORT
= Eenheid 14 Kingfisher Close, Rabiestraat 27, Radiokop, Roodepoort
! Unit 41 Kingfisher Close, 27 Rabie Street, Radiokop, Roodepoort
! Unit 14 Kingfisher Close, 72 Rabie Street, Radiokop, Roodepoort
! Unit 14 Eagle Close, 27 Rabie Street, Radiokop, Roodepoort
% 27 Rabie Street, Radiokop, Roodepoort
% Kingfisher Close, 27 Rabie Street, Radiokop, Roodepoort
! 14 Kingfisher Close, Radiokop, Krugersdorp
! 27 (Unit 15 Kingfisher Close), Rabie Street, Radiokop, Roodepoort
! 14 Rabie Street, Radiokop, Roodepoort
! 27 Kingfisher Close, Radiokop, Roodepoort
9, Kingfisher Drive, Fourways, Sandton, ZA, 2191, Gauteng
= 9 Kingfisher Dr, Fourways, Sandton
= Kingfisherrylaan 9, Fourways, Sandton
? 9 Kingfisher Dr 4, Fourways, Sandton
% 9 Kingfisher Drive, 4, Fourways, Sandton
% Unit 4, 9 Kingfisher Drive, Fourways, Sandton
% 9 Kingfisher Drive #4, Fourways, Sandton
% 4/9 Kingfisher Drive, Fourways, Sandton
! 9 Kingfisher Road, Fourways, Sandton
! 9 Kingfisher Drive, Douglasdale, Sandton, 2191
! 9-11 Kingfisher Drive, Fourways, Sandton
! PO Box 9, Fourways, 2055
! Private Bag X9, Fourways, Sandton, 2191
! Posbus 9 Kingfisher Drive, Fourways
~ 9 Kingfiser Drive, Fourways, Sandton
~ 9 Kingfisher, Fourways, Sandton
~ 9 Kingfisher Drive, Fourways, Johannesburg, 2191
~ 9 Kingfisher Drive, Fourways, Johannesburg
! 9 Kingfisher Drive, Johannesburg
! 9 Kingfisher Drive, Fourways, Durban
! 9 King Drive, Fourways, Sandton
! 9 Fisher Drive, Fourways, Sandton
! Corner 9th Avenue and Kingfisher Drive, Fourways
? Cnr Kingfisher Drive & Short Street, Fourways, Sandton
~ 9 Kingfisher Drive cnr Short Street, Fourways, Sandton
~ 9 Kingfisher Drive, opposite Pick n Pay, Fourways, Sandton
# Erf, stand, plot, portion
1044, Ndlovu Street, Tembisa Ext 5, Tembisa, ZA, 1632, Gauteng
= Stand 1044 Ndlovu Street Tembisa Ext 5
= Erf 1044, Ndlovu St, Tembisa X5, Tembisa
~ 1044 Ndlovu Street, Extension 5, Tembisa, 1632
= House No. 1044 Ndlovu Str, Tembisa Ext. 5
! 1044 Ndlovu Street, Tembisa Ext 15
! 1044 Ndlovu Street, Tembisa Ext 4, 1632
! 1044 Extension 5, Tembisa
! 1044 Mdluli Street, Tembisa Ext 5, Tembisa
~ 1044 Ndlovu Street, Tembisa, 1632
% Room 3, 1044 Ndlovu Street, Tembisa Ext 5, Tembisa
56, Plot, Doornrandje AH, Centurion, ZA, 0157, Gauteng
= Plot 56 Doornrandje AH Centurion
! Plot 56 Portion 3 Doornrandje AH Centurion
! Plot 65, Doornrandje AH, Centurion
! 56 Doornrandje Road, Centurion
! Plot 56, Mnandi, Centurion
88, Zandfontein 585, Hartbeespoort, Madibeng, ZA, 0216, North West
~ Portion 88 Zandfontein 585, Hartbeespoort
~ Ptn 88 of farm Zandfontein 585 JQ, Hartbeespoort
! Portion 88 Zandfontein 558, Hartbeespoort
! Portion 8 Zandfontein 585, Hartbeespoort
# Two languages
19, Kerk Street, Nigel, Nigel, ZA, 1491, Gauteng
= Kerkstraat 19, Nigel
~ 19 Church Street, Nigel
! 19 Church Road, Nigel
! 19 Kerk Avenue, Nigel
! Kerklaan 19, Nigel
! 19a Kerk Street, Nigel
! Kerkstraat 91, Nigel
4, Eerste Avenue, Melville, Johannesburg, ZA, 2092, Gauteng
= 4 1st Avenue, Melville, Johannesburg
= 4 First Ave Melville Joburg
= 4 Eerstelaan, Melville, Johannesburg
! 4 2nd Avenue, Melville, Johannesburg
! 14 1st Avenue, Melville, Johannesburg
! 1 4th Avenue, Melville, Johannesburg
! 4 1st Street, Melville, Johannesburg
! 4 11th Avenue, Melville, Johannesburg
102, Noord Street, Kempton Park, Kempton Park, ZA, 1619, Gauteng
= Noordstraat 102, Kempton Park
~ 102 North Street, Kempton Park
! 102 South Street, Kempton Park
! 102 Suidstraat, Kempton Park
# Old names and new
33, Buffalo Street, Qonce, Qonce, ZA, 5601, Eastern Cape
= 33 Buffalo Street, King William's Town
= 33 Buffalo Str, KWT, 5601
! 33 Buffalo Road, Qonce
71, Beyers Naude Drive, Northcliff, Johannesburg, ZA, 2195, Gauteng
= 71 Beyers Naudé Dr, Northcliff, Johannesburg
~ 71 Dr Beyers Naude Drive, Northcliff, Johannesburg
! 71 Beyers Road, Northcliff, Johannesburg
18, Main Road, Walmer, Gqeberha, ZA, 6070, Eastern Cape
= 18 Main Road, Walmer, Port Elizabeth, 6070
= 18 Main Rd, Walmer, PE
~ Hoofweg 18, Walmer, Gqeberha
! 18 Main Street, Walmer, Port Elizabeth, 6070
! 18 Main Road, Walmer Heights, Port Elizabeth
! 18 Main Road, Central, Port Elizabeth, 6001
# Directional suburbs
23, Hill Street, Durban North, Durban, ZA, 4051, Kwazulu Natal
~ 23 Hill Street, Durban North
= 23 Hill St., Durban-North, 4051
! 23 Hill Street, Durban South
! 23 North Hill Street, Durban
! 23 Hill Road, Durban North, Durban
6, Loop Street, Malmesbury East, Malmesbury, ZA, 7300, Western Cape
~ 6 Loop Street, Malmesbury
! 6 Loop Street, Malmesbury West
= 6 Loop St, Malmesbury Oos, Malmesbury
# Estates with streets inside
411, Bluegum Crescent, Serengeti Estate, Kempton Park, ZA, 1619, Gauteng
= 411 Bluegum Cres, Serengeti Estate, Kempton Park
= Serengeti Estate, 411 Bluegum Crescent, Kempton Park
= House 411, Bluegum Crescent, Serengeti Estate, Kempton Park
~ 411 Bluegum Crescent, Serengeti Golf and Wildlife Estate, Kempton Park
! 411 Bluegum Close, Serengeti Estate, Kempton Park
! 411 Redgum Crescent, Serengeti Estate, Kempton Park
! 411 Bluegum Crescent, Ebotse Estate, Benoni
! 41 Bluegum Crescent, Serengeti Estate, Kempton Park
# Blocks
Block C, Unit 301, Harbour View, 12, Dock Road, Foreshore, Cape Town, ZA, 8001, Western Cape
= Unit 301 Block C Harbour View, 12 Dock Road, Foreshore, Cape Town
! Unit 301 Block D Harbour View, 12 Dock Road, Foreshore, Cape Town
! Unit 302 Block C Harbour View, 12 Dock Road, Foreshore, Cape Town
% Unit 301 Harbour View, 12 Dock Road, Foreshore, Cape Town
% 12 Dock Road, Foreshore, Cape Town
# Letters, ranges, fractions
27A, Plein Street, Worcester, Worcester, ZA, 6850, Western Cape
= 27 A Plein Street, Worcester
= 27-A Plein St, Worcester, 6850
= Pleinstraat 27A, Worcester
! 27 Plein Street, Worcester
! 27B Plein Street, Worcester
! 2A Plein Street, Worcester
43-47, Long Street, Cape Town City Centre, Cape Town, ZA, 8001, Western Cape
= 43-47 Long Street, Cape Town City Centre, Cape Town
~ 43 - 47 Long St, Cape Town City Centre
~ 45 Long Street, Cape Town City Centre, Cape Town
! 44 Long Street, Cape Town City Centre, Cape Town
! 49 Long Street, Cape Town City Centre, Cape Town
= 43 to 47 Long Street, Cape Town City Centre, Cape Town
# Codes without noughts
58, Church Street, Arcadia, Pretoria, ZA, 0083, Gauteng
= 58 Church St, Arcadia, Pretoria, 83
= 58 Church Street, Arcadia, 0083
= 58 Church Street, Arcadia, Tshwane
! 58 Church Street, Hatfield, Pretoria, 83
# As shops and offices write theirs
126, Buitengracht Street, Cape Town City Centre, Cape Town, ZA, 8001, Western Cape
~ 126 Buitengracht St, Cape Town City Centre, 8001
100, Voortrekker Road, Salt River, Cape Town, ZA, 7925, Western Cape
= 100 Voortrekker Road, Salt River, Cape Town, 7925
57A, Somerset Road, Green Point, Cape Town, ZA, 8005, Western Cape
= 57A Somerset Rd, Green Point, Cape Town, 8005
! 57 Somerset Rd, Green Point, Cape Town, 8005
36, Burg Street, Cape Town Central, Cape Town, ZA, 8001, Western Cape
~ 36 Burg St, Cape Town City Centre, 8001
~ 36 Burg St, Cape Town CBD, 8001
131, Sparks Road, Overport, Durban, ZA, 4091, Kwazulu Natal
~ 131 Sparks Rd, Overport, Durban, 4067
29, Lennox Road, Greyville, Durban, ZA, 4001, Kwazulu Natal
! 29 Lennox Road, Berea, Durban, 4001
~ 29 Lennox Road, Durban, 4001
155, Musgrave Road, Musgrave, Durban, ZA, 4001, Kwazulu Natal
~ 155 Musgrave Road, Musgrave, Berea, Durban, 4001
1 (Shop G010 Gateway Theatre of Shopping), Palm Boulevard, Umhlanga Ridge, Umhlanga, ZA, 4319, Kwazulu Natal
~ Shop G010, Gateway Theatre of Shopping, 1 Palm Blvd, Umhlanga Ridge, 4319
! Shop G011, Gateway Theatre of Shopping, 1 Palm Blvd, Umhlanga Ridge, 4319
547, Fehrsen Street, Brooklyn, Pretoria, ZA, 0181, Gauteng
= 547 Fehrsen St, Brooklyn, Pretoria, 0181
= 547 Fehrsen St, Brooklyn, Pretoria, 181
514, Main Road, Erasmia, Centurion, ZA, 0183, Gauteng
~ 514 Main Road, Erasmia, Centurion, Pretoria, 0183
16, Lower Valley Road, South End, Gqeberha, ZA, 6001, Eastern Cape
~ 16 Lower Valley Road, Port Elizabeth (Gqeberha), 6001
10, Jorissen Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ 10 Jorrisen Street, Polokwane, 0699
75, Marshall Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ 75 Marshall Street, Polokwane, 0699, South Africa
80, Church Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ 80 Church Street, Polokwane, 0699
28A, Bodenstein Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ 28A Bodenstein Street, Polokwane, 0699
21A, Paul Kruger Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ 21A President Paul Kruger Street, Polokwane, 0699
16, Donald Road, Vincent, East London, ZA, 5247, Eastern Cape
= 16 Donald road, Vincent, East London, 5247
220, Main Reef Road, Roodepoort Central, Roodepoort, ZA, 1724, Gauteng
~ 220 Main Reef Road, Roodepoort, 1724
144, Peter Road, Ruimsig, Roodepoort, ZA, 1724, Gauteng
~ 144 Peter Road, Roodepoort, 1724
11, Ruby Close, Witkoppen, Sandton, ZA, 2068, Gauteng
= 11 Ruby Cl, Witkoppen, Sandton, 2068
83, Rivonia Road, Sandhurst, Sandton, ZA, 2196, Gauteng
= 83 Rivonia Rd, Sandhurst, Sandton, 2196
~ Sandton City Mall, 83 Rivonia Rd, Sandhurst, Sandton, 2196
43, Bradford Road, Bedfordview, Germiston, ZA, 2007, Gauteng
~ 43 Bradford Rd, Bedfordview, Germiston, 2008
1269, Gordon Hood Road, Centurion Central, Centurion, ZA, 0157, Gauteng
~ 1269 Gordon Hood Rd, Centurion Central, Pretoria, 0046
120, Ontdekkers Road, Roodepoort Central, Roodepoort, ZA, 1725, Gauteng
~ 120 Ontdekkers Road, Roodepoort, 1725
3-33, Phillip Frame Road, Chiselhurst, East London, ZA, 5247, Eastern Cape
% 1st Floor, Waverley Office Park, 3-33 Phillip Frame Road, Chiselhurst, East London, 5200
~ Waverley Office Park, 3-33 Phillip Frame Road, Chiselhurst, East London
75, St Andrew Street, Bloemfontein Central, Bloemfontein, ZA, 9301, Free State
~ African Life Building, 75 St Andrew Street, Bloemfontein, 9300
= 75 Saint Andrew St, Bloemfontein Central, Bloemfontein
28, Harrison Street, Marshalltown, Johannesburg, ZA, 2001, Gauteng
~ 28 Harrison Street, Johannesburg, 2000
1, Bank Street, Pietermaritzburg Central, Pietermaritzburg, ZA, 3201, Kwazulu Natal
~ 1 Bank Street, Pietermaritzburg, 3201
43, Landdros Mare Street, Polokwane Central, Polokwane, ZA, 0699, Limpopo
~ 43 Landros Mare Street, Polokwane, 0699
18, Ferreira Street, Mbombela Central, Mbombela, ZA, 1200, Mpumalanga
~ 18 Ferreira Street, Nelspruit, 1200
95-97, Du Toitspan Road, Kimberley Central, Kimberley, ZA, 8301, Northern Cape
~ 95-97 Du Toitspan Road, Kimberley, 8300
350, Witch-Hazel Avenue, Highveld, Centurion, ZA, 0157, Gauteng
~ 350 Witch-Hazel Avenue, Eco Point Office Park, Centurion, 0157
~ 350 Witch Hazel Ave, Eco Point Office Park, Highveld, Centurion
16, Monte Carlo Crescent, Kyalami, Midrand, ZA, 1684, Gauteng
~ 16 Monte Carlo Crescent, Kyalami Business Park, Midrand, 1684
26-24, Sarnia Road, Umbilo, Durban, ZA, 4075, Kwazulu Natal
~ 26-24 Sarnia Rd, Umbilo Industrial, Durban, 4075
189, Aberdare Drive, Phoenix Industrial, Durban, ZA, 4068, Kwazulu Natal
= 189 Aberdare Drive, Phoenix Industrial, Durban, 4068, South Africa
45, Block H, Soshanguve, Pretoria, ZA, 0152, Gauteng
~ 45 Block H, Soshanguve, 0152
= 45 Block H Soshanguve Pretoria
! 45 Block K, Soshanguve, 0152
1631, Block H, Soshanguve, Pretoria, ZA, 0152, Gauteng
~ 1631 Block H, Soshanguve, 0152
2, Aubrey Matlakala Street, Soshanguve Block K, Soshanguve, ZA, 0152, Gauteng
~ 2 Aubrey Matlakala St, Soshanguve - K, Soshanguve, 0152
~ Block K, 2 Aubrey Matlakala St, Soshanguve-K, Soshanguve, 0152
! 2 Aubrey Matlakala St, Soshanguve - H, Soshanguve, 0152
2091, Commissioner Street, Soshanguve Block H, Soshanguve, ZA, 0152, Gauteng
~ 2091 Commissioner St, Soshanguve - H, Soshanguve, 0152
929, Disselboom Avenue, Wapadrand, Pretoria, ZA, 0050, Gauteng
~ 929 Disselboom Ave, Pretoria, 0050
2, Cussonia Avenue, Brummeria, Pretoria, ZA, 0184, Gauteng
! 2 Cussonia Street, Brummeria, Pretoria, 0184
102, Wyn Street, Stellenbosch Central, Stellenbosch, ZA, 7600, Western Cape
~ 102 wyn straat, Stellenbosch, 7600
4, Lang Street, Cape Town City Centre, Cape Town, ZA, 8001, Western Cape
~ Langstraat 4, Kaapstad, 8001
# America: units without a word
1105, W Division Street, Arlington, US, 76012, Texas
% 1105 W Division St 204, Arlington, TX 76012
% 1105 W Division 204, Arlington TX
% 1105 W Division St, 204, Arlington, TX 76012
% 1105 W Division St B, Arlington, TX
% 1105 W Division St, B-12, Arlington, TX
% 1105 W Division St Ste B Arlington TX
! 1105 E Division St, Arlington, TX 76012
! 1105 W Division Ave, Arlington, TX 76012
~ 1105 Division St, Arlington, TX 76012
= 1105 West Division St., Arlington, Texas
= 1105 W DIVISION ST ARLINGTON TX 76012-1234
= 1105 W Division St, Arlington, TX 76012 1234
! PO Box 1105, Arlington, TX 76012
! Rural Route 1105, Arlington TX
! RR 2 Box 1105, Arlington, TX 76012
~ 1105 W Divison St, Arlington, TX
~ 1105 Wset Division St, Arlington, TX
! 1015 W Division St, Arlington, TX
900 (Apt 12B), Walnut Street, Des Moines, US, 50309, Iowa
= 900 Walnut St Apt 12B, Des Moines, IA
= 900 Walnut St #12B, Des Moines, IA 50309
= Apt 12-B, 900 Walnut St, Des Moines IA
= 900 Walnut St 12B Des Moines IA 50309
= 12B-900 Walnut St, Des Moines, IA
= 900 Walnut St, Unit 12B, Des Moines, IA
= 900 Walnut Street, Condo 12B, Des Moines, Iowa
! 900 Walnut St Apt 12A, Des Moines, IA
! 900 Walnut St Apt 12, Des Moines, IA
% 900 Walnut St, Des Moines, IA
! 900 Walnut St Shop 12B, Des Moines, IA
2200 (Bldg 3, Apt 7), Cedar Lane, Norman, US, 73072, Oklahoma
= 2200 Cedar Ln Bldg 3 Apt 7, Norman OK
= Building 3, Apt 7, 2200 Cedar Lane, Norman, OK
= Apt 7 Bldg 3, 2200 Cedar Lane, Norman, OK 73072
! 2200 Cedar Ln Bldg 4 Apt 7, Norman OK
! 2200 Cedar Ln Bldg 7 Apt 3, Norman OK
% 2200 Cedar Ln Apt 7, Norman OK
55 (Fl 12), Water Street, New York, US, 10041, New York
= 55 Water St, 12th Floor, New York, NY
= 55 Water St Fl 12 New York NY 10041
= Twelfth Floor, 55 Water Street, New York, NY
! 55 Water St, 2nd Floor, New York, NY
% 55 Water St, New York, NY
# America: roads
4410, County Road 210, Abilene, US, 79602, Texas
= 4410 County Rd 210, Abilene, TX
= 4410 CR 210, Abilene, TX 79602
= 4410 Co Rd #210, Abilene, TX
= 4410 C.R. 210, Abilene TX
! 4410 County Rd 201, Abilene, TX
! 4410 FM 210, Abilene, TX
! 4410 Oak Rd #210, Abilene, TX
! 4410 State Hwy 210, Abilene, TX
~ 4410 County Rd 210 Abiline TX
1337, US Highway 50, Lamar, US, 81052, Colorado
= 1337 US-50, Lamar, CO 81052
= 1337 US Hwy 50 Lamar CO
= 1337 U.S. Route 50, Lamar, CO
~ 1337 Highway 50, Lamar, CO
! 1337 US Hwy 60, Lamar, CO
! 1337 County Road 50, Lamar, CO
2650, State Route K, Rolla, US, 65401, Missouri
= 2650 State Route K, Rolla, MO
~ 2650 Route K, Rolla, MO 65401
~ 2650 Hwy K, Rolla MO
! 2650 Route J, Rolla, MO
415, S 750 W, Lehi, US, 84043, Utah
= 415 South 750 West, Lehi, UT
= 415 S. 750 W. Lehi UT 84043
! 415 N 750 W, Lehi, UT
! 415 S 750 E, Lehi, UT
! 750 W 415 S, Lehi, UT
! 415 W 750 S, Lehi, UT
N89W16790, Appleton Avenue, Menomonee Falls, US, 53051, Wisconsin
= N89 W16790 Appleton Ave, Menomonee Falls WI
= N89W16790 Appleton Ave., Menomonee Falls, Wisconsin 53051
! N98W16790 Appleton Ave, Menomonee Falls WI
! W89N16790 Appleton Ave, Menomonee Falls WI
1052, Ashford Avenue, San Juan, US, 00907, Puerto Rico
= 1052 Avenida Ashford, San Juan, PR 00907
= 1052 Ave. Ashford, San Juan PR
= 1052 Ashford Ave San Juan Puerto Rico
! 1052 Calle Ashford, San Juan, PR 00907
! 1025 Ave Ashford, San Juan, PR
31-19, 37th Avenue, Long Island City, US, 11101, New York
= 31-19 37th Ave, Long Island City, NY
~ 3119 37th Ave, Long Island City, NY 11101
! 31-19 37th St, Long Island City, NY
! 31-91 37th Ave, Long Island City, NY
! 37-31 19th Ave, Long Island City, NY
! 31 37th Ave, Long Island City, NY
# America: saints, mounts, forts, ordinals
808, Saint Charles Avenue, Fort Wayne, US, 46807, Indiana
= 808 St Charles Ave, Ft Wayne, IN
= 808 St. Charles Av, Ft. Wayne, Ind.
! 808 Charles Ave, Fort Wayne, IN
! 808 St Charles St, Fort Wayne, IN
! 808 Saint Claire Ave, Fort Wayne, IN
77, Mount Vernon Street, Mount Pleasant, US, 29464, South Carolina
= 77 Mt Vernon St, Mt Pleasant, SC
= 77 Mt. Vernon St Mount Pleasant SC 29464
! 77 Vernon St, Mt Pleasant, SC
! 77 Mt Vernon Ave, Mt Pleasant, SC
640, Twenty-First Street, Galena, US, 61036, Illinois
= 640 21st St, Galena, IL
= 640 Twenty First Street, Galena IL 61036
~ 640 21 St, Galena, IL
! 640 22nd St, Galena, IL
! 640 1st St, Galena, IL
! 21 640th St, Galena, IL
1, E Main Street, Mesa, US, 85201, Arizona
= One East Main Street, Mesa, AZ
= One E. Main St, Mesa AZ 85201
= 1 E Main St, Mesa
! 11 E Main St, Mesa, AZ
! One West Main Street, Mesa, AZ
300, Main Street, West Lafayette, US, 47906, Indiana
= 300 Main St West Lafayette IN 47906
= 300 Main St, W Lafayette, IN
= 300 Main Street W. Lafayette IN
! 300 Main St, Lafayette, IN 47901
% 300 Main Street, Lafayette, IN
! 300 W Main St, West Lafayette, IN
! 300 Main St E, West Lafayette, IN 47906
! 300 Main St East Lafayette IN
Suite B, 1065, Nine North Drive, Alpharetta, US, 30004, Georgia
= 1065 Nine North Drive, Ste B Alpharetta, GA
= Suite B, 1065 Nine North Dr, Alpharetta
! 1065 Nine North Drive, Ste C Alpharetta, GA
14, Oak Street, Newark, US, 07105, New Jersey
= 14 Oak St, Newark, NJ 7105
= 14 Oak St Newark NJ 7105
! 14 Oak St, Newark, DE 19711
! 14 Oak Pl, Newark, NJ 07105
! 14 Oakes St, Newark, NJ
! 14 Oak St N, Newark, NJ
415, N 300 E, Provo, US, 84601, Utah
= 415N 300E, Provo, UT 84601
! 415S 300E, Provo, UT 84601
1, Tree Hill Road, Mesa, US, 85203, Arizona
= 1 Tree Hill Rd, Mesa, AZ
! One Tree Hill Road, Mesa, AZ 85203
1, Mile Road, Mesa, US, 85204, Arizona
! One Mile Rd, Mesa, AZ 85204
1, Exchange Plaza, Tempe, US, 85281, Arizona
~ One Exchange Plaza, Tempe, AZ 85281
~ One Exchange Plaza, Tempe
! Two Exchange Plaza, Tempe
1, Oak Crest Drive, Tempe, US, 85281, Arizona
= 1 Oak Crest Dr, Tempe, AZ
% One Oak Crest Drive, Tempe, AZ 85281
12, One Oak Crest Drive, Tempe, US, 85281, Arizona
= 12 One Oak Crest Drive, Tempe, AZ 85281
1, Pinewood Road, Sandton, Johannesburg, ZA, 2196, Gauteng
! One Pinewood Road, Sandton, Johannesburg, 2196
# Neither premise
! Unit 4460 Box 1337, APO AE 09459
! PSC 300 Box 14, FPO AP 96521
! HC 2 Box 808, Fort Wayne, IN
! General Delivery, Mesa, AZ 85201
"""


def read_further_kinds() -> list[Pair]:
    """Return the labelled pairs."""
    return read_text(_TOLD)
