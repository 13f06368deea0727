#include <array>

#include "regions/catalogue.h"

namespace meridian {

namespace {

// ISO 3166-1 as the tz database has it (2025), because a provider may promise no more than a
// country, and because users are anywhere. Coordinates: a wide country's middle, or where most
// people live; else its main city, from the tz database's zone.tab. The name is for readers.
constexpr auto kCountries = std::to_array<CountryRow>({
    {"in AD", {42.5, 1.5}},      // Andorra
    {"in AE", {25.3, 55.3}},     // United Arab Emirates
    {"in AF", {34.5, 69.2}},     // Afghanistan
    {"in AG", {17.1, -61.8}},    // Antigua & Barbuda
    {"in AI", {18.2, -63.1}},    // Anguilla
    {"in AL", {41.3, 19.8}},     // Albania
    {"in AM", {40.2, 44.5}},     // Armenia
    {"in AO", {-8.8, 13.2}},     // Angola
    {"in AQ", {-77.8, 166.6}},   // Antarctica
    {"in AR", {-34.6, -58.4}},   // Argentina
    {"in AS", {-14.3, -170.7}},  // Samoa (American)
    {"in AT", {48.2, 16.3}},     // Austria
    {"in AU", {-30, 145}},       // Australia
    {"in AW", {12.5, -70}},      // Aruba
    {"in AX", {60.1, 19.9}},     // Aland Islands
    {"in AZ", {40.4, 49.9}},     // Azerbaijan
    {"in BA", {43.9, 18.4}},     // Bosnia & Herzegovina
    {"in BB", {13.1, -59.6}},    // Barbados
    {"in BD", {23.7, 90.4}},     // Bangladesh
    {"in BE", {50.8, 4.3}},      // Belgium
    {"in BF", {12.4, -1.5}},     // Burkina Faso
    {"in BG", {42.7, 23.3}},     // Bulgaria
    {"in BH", {26.4, 50.6}},     // Bahrain
    {"in BI", {-3.4, 29.4}},     // Burundi
    {"in BJ", {6.5, 2.6}},       // Benin
    {"in BL", {17.9, -62.9}},    // St Barthelemy
    {"in BM", {32.3, -64.8}},    // Bermuda
    {"in BN", {4.9, 114.9}},     // Brunei
    {"in BO", {-16.5, -68.2}},   // Bolivia
    {"in BQ", {12.2, -68.3}},    // Caribbean NL
    {"in BR", {-15.8, -47.9}},   // Brazil
    {"in BS", {25.1, -77.3}},    // Bahamas
    {"in BT", {27.5, 89.7}},     // Bhutan
    {"in BV", {-54.4, 3.4}},     // Bouvet Island
    {"in BW", {-24.6, 25.9}},    // Botswana
    {"in BY", {53.9, 27.6}},     // Belarus
    {"in BZ", {17.5, -88.2}},    // Belize
    {"in CA", {49, -97}},        // Canada
    {"in CC", {-12.2, 96.9}},    // Cocos (Keeling) Islands
    {"in CD", {-4.3, 15.3}},     // Congo (Dem. Rep.)
    {"in CF", {4.4, 18.6}},      // Central African Rep.
    {"in CG", {-4.3, 15.3}},     // Congo (Rep.)
    {"in CH", {47.4, 8.5}},      // Switzerland
    {"in CI", {5.3, -4}},        // Cote d'Ivoire
    {"in CK", {-21.2, -159.8}},  // Cook Islands
    {"in CL", {-33.4, -70.7}},   // Chile
    {"in CM", {4, 9.7}},         // Cameroon
    {"in CN", {34, 109}},        // China
    {"in CO", {4.6, -74.1}},     // Colombia
    {"in CR", {9.9, -84.1}},     // Costa Rica
    {"in CU", {23.1, -82.4}},    // Cuba
    {"in CV", {14.9, -23.5}},    // Cape Verde
    {"in CW", {12.2, -69}},      // Curacao
    {"in CX", {-10.4, 105.7}},   // Christmas Island
    {"in CY", {35.2, 33.4}},     // Cyprus
    {"in CZ", {50.1, 14.4}},     // Czech Republic
    {"in DE", {50.9, 10.4}},     // Germany
    {"in DJ", {11.6, 43.1}},     // Djibouti
    {"in DK", {55.7, 12.6}},     // Denmark
    {"in DM", {15.3, -61.4}},    // Dominica
    {"in DO", {18.5, -69.9}},    // Dominican Republic
    {"in DZ", {36.8, 3}},        // Algeria
    {"in EC", {-0.2, -78.5}},    // Ecuador
    {"in EE", {59.4, 24.8}},     // Estonia
    {"in EG", {30.1, 31.2}},     // Egypt
    {"in EH", {27.1, -13.2}},    // Western Sahara
    {"in ER", {15.3, 38.9}},     // Eritrea
    {"in ES", {40.4, -3.7}},     // Spain
    {"in ET", {9, 38.7}},        // Ethiopia
    {"in FI", {60.2, 25}},       // Finland
    {"in FJ", {-18.1, 178.4}},   // Fiji
    {"in FK", {-51.7, -57.9}},   // Falkland Islands
    {"in FM", {7.4, 151.8}},     // Micronesia
    {"in FO", {62, -6.8}},       // Faroe Islands
    {"in FR", {47, 2.5}},        // France
    {"in GA", {0.4, 9.4}},       // Gabon
    {"in GB", {52.5, -1.5}},     // Britain (UK)
    {"in GD", {12.1, -61.8}},    // Grenada
    {"in GE", {41.7, 44.8}},     // Georgia
    {"in GF", {4.9, -52.3}},     // French Guiana
    {"in GG", {49.5, -2.5}},     // Guernsey
    {"in GH", {5.5, -0.2}},      // Ghana
    {"in GI", {36.1, -5.3}},     // Gibraltar
    {"in GL", {64.2, -51.7}},    // Greenland
    {"in GM", {13.5, -16.6}},    // Gambia
    {"in GN", {9.5, -13.7}},     // Guinea
    {"in GP", {16.2, -61.5}},    // Guadeloupe
    {"in GQ", {3.8, 8.8}},       // Equatorial Guinea
    {"in GR", {38, 23.7}},       // Greece
    {"in GS", {-54.3, -36.5}},   // South Georgia & the South Sandwich Islands
    {"in GT", {14.6, -90.5}},    // Guatemala
    {"in GU", {13.5, 144.8}},    // Guam
    {"in GW", {11.8, -15.6}},    // Guinea-Bissau
    {"in GY", {6.8, -58.2}},     // Guyana
    {"in HK", {22.3, 114.2}},    // Hong Kong
    {"in HM", {-53.1, 73.5}},    // Heard Island & McDonald Islands
    {"in HN", {14.1, -87.2}},    // Honduras
    {"in HR", {45.8, 16}},       // Croatia
    {"in HT", {18.5, -72.3}},    // Haiti
    {"in HU", {47.5, 19.1}},     // Hungary
    {"in ID", {-6.2, 106.8}},    // Indonesia
    {"in IE", {53.3, -6.2}},     // Ireland
    {"in IL", {31.8, 35.2}},     // Israel
    {"in IM", {54.1, -4.5}},     // Isle of Man
    {"in IN", {22, 79}},         // India
    {"in IO", {-7.3, 72.4}},     // British Indian Ocean Territory
    {"in IQ", {33.4, 44.4}},     // Iraq
    {"in IR", {35.7, 51.4}},     // Iran
    {"in IS", {64.2, -21.9}},    // Iceland
    {"in IT", {43, 12}},         // Italy
    {"in JE", {49.2, -2.1}},     // Jersey
    {"in JM", {18, -76.8}},      // Jamaica
    {"in JO", {31.9, 35.9}},     // Jordan
    {"in JP", {35.9, 138}},      // Japan
    {"in KE", {-1.3, 36.8}},     // Kenya
    {"in KG", {42.9, 74.6}},     // Kyrgyzstan
    {"in KH", {11.6, 104.9}},    // Cambodia
    {"in KI", {1.4, 173}},       // Kiribati
    {"in KM", {-11.7, 43.3}},    // Comoros
    {"in KN", {17.3, -62.7}},    // St Kitts & Nevis
    {"in KP", {39, 125.8}},      // Korea (North)
    {"in KR", {37.5, 127}},      // Korea (South)
    {"in KW", {29.3, 48}},       // Kuwait
    {"in KY", {19.3, -81.4}},    // Cayman Islands
    {"in KZ", {48, 67}},         // Kazakhstan
    {"in LA", {18, 102.6}},      // Laos
    {"in LB", {33.9, 35.5}},     // Lebanon
    {"in LC", {14, -61}},        // St Lucia
    {"in LI", {47.1, 9.5}},      // Liechtenstein
    {"in LK", {6.9, 79.8}},      // Sri Lanka
    {"in LR", {6.3, -10.8}},     // Liberia
    {"in LS", {-29.5, 27.5}},    // Lesotho
    {"in LT", {54.7, 25.3}},     // Lithuania
    {"in LU", {49.6, 6.2}},      // Luxembourg
    {"in LV", {57, 24.1}},       // Latvia
    {"in LY", {32.9, 13.2}},     // Libya
    {"in MA", {33.6, -7.6}},     // Morocco
    {"in MC", {43.7, 7.4}},      // Monaco
    {"in MD", {47, 28.8}},       // Moldova
    {"in ME", {42.4, 19.3}},     // Montenegro
    {"in MF", {18.1, -63.1}},    // St Martin (French)
    {"in MG", {-18.9, 47.5}},    // Madagascar
    {"in MH", {7.2, 171.2}},     // Marshall Islands
    {"in MK", {42, 21.4}},       // North Macedonia
    {"in ML", {12.7, -8}},       // Mali
    {"in MM", {16.8, 96.2}},     // Myanmar (Burma)
    {"in MN", {47.9, 106.9}},    // Mongolia
    {"in MO", {22.2, 113.5}},    // Macau
    {"in MP", {15.2, 145.8}},    // Northern Mariana Islands
    {"in MQ", {14.6, -61.1}},    // Martinique
    {"in MR", {18.1, -15.9}},    // Mauritania
    {"in MS", {16.7, -62.2}},    // Montserrat
    {"in MT", {35.9, 14.5}},     // Malta
    {"in MU", {-20.2, 57.5}},    // Mauritius
    {"in MV", {4.2, 73.5}},      // Maldives
    {"in MW", {-15.8, 35}},      // Malawi
    {"in MX", {20.6, -100.4}},   // Mexico
    {"in MY", {3.1, 101.7}},     // Malaysia
    {"in MZ", {-26, 32.6}},      // Mozambique
    {"in NA", {-22.6, 17.1}},    // Namibia
    {"in NC", {-22.3, 166.4}},   // New Caledonia
    {"in NE", {13.5, 2.1}},      // Niger
    {"in NF", {-29.1, 168}},     // Norfolk Island
    {"in NG", {6.5, 3.4}},       // Nigeria
    {"in NI", {12.2, -86.3}},    // Nicaragua
    {"in NL", {52.4, 4.9}},      // Netherlands
    {"in NO", {59.9, 10.8}},     // Norway
    {"in NP", {27.7, 85.3}},     // Nepal
    {"in NR", {-0.5, 166.9}},    // Nauru
    {"in NU", {-19, -169.9}},    // Niue
    {"in NZ", {-41, 174}},       // New Zealand
    {"in OM", {23.6, 58.6}},     // Oman
    {"in PA", {9, -79.5}},       // Panama
    {"in PE", {-12.1, -77}},     // Peru
    {"in PF", {-17.5, -149.6}},  // French Polynesia
    {"in PG", {-9.5, 147.2}},    // Papua New Guinea
    {"in PH", {14.6, 121}},      // Philippines
    {"in PK", {24.9, 67}},       // Pakistan
    {"in PL", {52.1, 19.4}},     // Poland
    {"in PM", {47, -56.3}},      // St Pierre & Miquelon
    {"in PN", {-25.1, -130.1}},  // Pitcairn
    {"in PR", {18.5, -66.1}},    // Puerto Rico
    {"in PS", {31.9, 35.2}},     // Palestine
    {"in PT", {38.7, -9.1}},     // Portugal
    {"in PW", {7.3, 134.5}},     // Palau
    {"in PY", {-25.3, -57.7}},   // Paraguay
    {"in QA", {25.3, 51.5}},     // Qatar
    {"in RE", {-20.9, 55.5}},    // Reunion
    {"in RO", {44.4, 26.1}},     // Romania
    {"in RS", {44.8, 20.5}},     // Serbia
    {"in RU", {55.8, 49.1}},     // Russia
    {"in RW", {-1.9, 30.1}},     // Rwanda
    {"in SA", {24.7, 46.7}},     // Saudi Arabia
    {"in SB", {-9.5, 160.2}},    // Solomon Islands
    {"in SC", {-4.7, 55.5}},     // Seychelles
    {"in SD", {15.6, 32.5}},     // Sudan
    {"in SE", {59.5, 16}},       // Sweden
    {"in SG", {1.3, 103.8}},     // Singapore
    {"in SH", {-15.9, -5.7}},    // St Helena
    {"in SI", {46, 14.5}},       // Slovenia
    {"in SJ", {78, 16}},         // Svalbard & Jan Mayen
    {"in SK", {48.1, 17.1}},     // Slovakia
    {"in SL", {8.5, -13.2}},     // Sierra Leone
    {"in SM", {43.9, 12.5}},     // San Marino
    {"in SN", {14.7, -17.4}},    // Senegal
    {"in SO", {2.1, 45.4}},      // Somalia
    {"in SR", {5.8, -55.2}},     // Suriname
    {"in SS", {4.8, 31.6}},      // South Sudan
    {"in ST", {0.3, 6.7}},       // Sao Tome & Principe
    {"in SV", {13.7, -89.2}},    // El Salvador
    {"in SX", {18.1, -63}},      // St Maarten (Dutch)
    {"in SY", {33.5, 36.3}},     // Syria
    {"in SZ", {-26.3, 31.1}},    // Eswatini (Swaziland)
    {"in TC", {21.5, -71.1}},    // Turks & Caicos Is
    {"in TD", {12.1, 15.1}},     // Chad
    {"in TF", {-49.4, 70.2}},    // French S. Terr.
    {"in TG", {6.1, 1.2}},       // Togo
    {"in TH", {13.8, 100.5}},    // Thailand
    {"in TJ", {38.6, 68.8}},     // Tajikistan
    {"in TK", {-9.4, -171.2}},   // Tokelau
    {"in TL", {-8.6, 125.6}},    // East Timor
    {"in TM", {38, 58.4}},       // Turkmenistan
    {"in TN", {36.8, 10.2}},     // Tunisia
    {"in TO", {-21.1, -175.2}},  // Tonga
    {"in TR", {39.9, 32.9}},     // Turkey
    {"in TT", {10.7, -61.5}},    // Trinidad & Tobago
    {"in TV", {-8.5, 179.2}},    // Tuvalu
    {"in TW", {25.1, 121.5}},    // Taiwan
    {"in TZ", {-6.8, 39.3}},     // Tanzania
    {"in UA", {50.4, 30.5}},     // Ukraine
    {"in UG", {0.3, 32.4}},      // Uganda
    {"in UM", {28.2, -177.4}},   // US minor outlying islands
    {"in US", {39.8, -98.6}},    // United States
    {"in UY", {-34.9, -56.2}},   // Uruguay
    {"in UZ", {41.3, 69.3}},     // Uzbekistan
    {"in VA", {41.9, 12.4}},     // Vatican City
    {"in VC", {13.2, -61.2}},    // St Vincent
    {"in VE", {10.5, -66.9}},    // Venezuela
    {"in VG", {18.4, -64.6}},    // Virgin Islands (UK)
    {"in VI", {18.4, -64.9}},    // Virgin Islands (US)
    {"in VN", {16, 107}},        // Vietnam
    {"in VU", {-17.7, 168.4}},   // Vanuatu
    {"in WF", {-13.3, -176.2}},  // Wallis & Futuna
    {"in WS", {-13.8, -171.7}},  // Samoa (western)
    {"in YE", {12.8, 45.2}},     // Yemen
    {"in YT", {-12.8, 45.2}},    // Mayotte
    {"in ZA", {-26.2, 28}},      // South Africa
    {"in ZM", {-15.4, 28.3}},    // Zambia
    {"in ZW", {-17.8, 31.1}},    // Zimbabwe
});

}  // namespace

std::span<const CountryRow> countries() {
  return kCountries;
}

}  // namespace meridian
