// Land claimed by two states, or held by one against international recognition. A point there has
// no default country: the look-up names the claimants and the reporter's statement decides. A
// selection: what Natural Earth's admin-1 layer (1:10m) draws separately, and lands named in
// conflict data, drawn by hand. A country with its own ISO 3166-1 code that another claims entirely
// is not listed: its code names the land. If only one claimant has a code, that code is the
// country, with the dispute noted.

import type { Ring } from '@tocsin/domain/space-time/polygon'

export interface Dispute {
  /** Stored in the tables. Never changes. */
  readonly id: string
  readonly name: string
  /** ISO 3166-1 codes, in alphabetical order. */
  readonly claimants: readonly string[]
  /** Areas of Natural Earth's admin-1 layer that are this land, by its codes. */
  readonly areas?: readonly string[]
  /**
   * A part of an area that the layer does not draw separately: the land of `mapped` inside the
   * ring. Drawn by hand from published descriptions, accurate to some 10 km unless stated.
   */
  readonly zone?: { readonly mapped: readonly string[]; readonly ring: Ring }
}

export const disputes: readonly Dispute[] = [
  { id: 'crimea', name: 'Crimea', claimants: ['RU', 'UA'], areas: ['UA-43', 'UA-40'] },
  {
    id: 'western-sahara',
    name: 'Western Sahara',
    claimants: ['EH', 'MA'],
    areas: ['EH-X01~', 'MA-15', 'MA-16']
  },
  { id: 'kosovo', name: 'Kosovo', claimants: ['RS', 'XK'], areas: ['XK-*'] },
  { id: 'jammu-kashmir', name: 'Jammu and Kashmir', claimants: ['IN', 'PK'], areas: ['IN-JK'] },
  { id: 'ladakh', name: 'Ladakh', claimants: ['CN', 'IN', 'PK'], areas: ['IN-LA'] },
  { id: 'azad-kashmir', name: 'Azad Kashmir', claimants: ['IN', 'PK'], areas: ['PK-JK'] },
  { id: 'gilgit-baltistan', name: 'Gilgit-Baltistan', claimants: ['IN', 'PK'], areas: ['PK-GB'] },
  { id: 'siachen', name: 'Siachen Glacier', claimants: ['IN', 'PK'], areas: ['-99-X06~'] },
  { id: 'arunachal-pradesh', name: 'Arunachal Pradesh', claimants: ['CN', 'IN'], areas: ['IN-AR'] },
  { id: 'paracel', name: 'Paracel Islands', claimants: ['CN', 'TW', 'VN'], areas: ['CN-X01~'] },
  {
    id: 'spratly',
    name: 'Spratly Islands',
    claimants: ['BN', 'CN', 'MY', 'PH', 'TW', 'VN'],
    areas: ['-99-X08~']
  },
  { id: 'northern-cyprus', name: 'Northern Cyprus', claimants: ['CY'], areas: ['-99-X04~'] },
  { id: 'somaliland', name: 'Somaliland', claimants: ['SO'], areas: ['-99-X11~'] },
  { id: 'abkhazia', name: 'Abkhazia', claimants: ['GE'], areas: ['GE-AB'] },
  { id: 'transnistria', name: 'Transnistria', claimants: ['MD'], areas: ['MD-SN', 'MD-BD'] },
  // The self-declared republic existed from 1991 to 2023; no member of the United Nations claimed
  // the land but Azerbaijan. The current districts that contain most of the former autonomous
  // region.
  {
    id: 'nagorno-karabakh',
    name: 'Nagorno-Karabakh',
    claimants: ['AZ'],
    areas: ['AZ-XA', 'AZ-XCI', 'AZ-XVD', 'AZ-SUS', 'AZ-X01~']
  },
  {
    id: 'south-ossetia',
    name: 'South Ossetia',
    claimants: ['GE'],
    // The former autonomous region, including Akhalgori: sketched by hand, checked against a few
    // known points only.
    zone: {
      mapped: ['GE'],
      ring: [
        [43.45, 42.45],
        [43.6, 42.6],
        [43.8, 42.65],
        [44.2, 42.65],
        [44.3, 42.5],
        [44.4, 42.4],
        [44.5, 42.25],
        [44.6, 42.12],
        [44.4, 42.03],
        [44.25, 42.12],
        [44.1, 42.2],
        [43.97, 42.19],
        [43.8, 42.13],
        [43.65, 42.17],
        [43.55, 42.3],
        [43.45, 42.45]
      ]
    }
  },
  {
    id: 'east-jerusalem',
    name: 'East Jerusalem',
    claimants: ['IL', 'PS'],
    // What Israel annexed to the city in 1967: the map draws the city as one. The line within it is
    // sketched by hand, checked against a few known points only; assume an accuracy of 2 km.
    zone: {
      mapped: ['IL'],
      ring: [
        [35.2, 31.89],
        [35.3, 31.89],
        [35.3, 31.7],
        [35.18, 31.71],
        [35.18, 31.735],
        [35.2, 31.742],
        [35.22, 31.745],
        [35.23, 31.755],
        [35.228, 31.77],
        [35.2265, 31.776],
        [35.227, 31.79],
        [35.21, 31.803],
        [35.18, 31.81],
        [35.175, 31.83],
        [35.2, 31.84],
        [35.2, 31.89]
      ]
    }
  },
  {
    id: 'aksai-chin',
    name: 'Aksai Chin',
    claimants: ['CN', 'IN'],
    zone: {
      mapped: ['CN'],
      ring: [
        [77.9, 35.5],
        [79.0, 35.95],
        [80.2, 35.6],
        [80.4, 34.7],
        [79.7, 34.4],
        [78.9, 34.2],
        [78.6, 34.6],
        [78.2, 35.0],
        [77.9, 35.5]
      ]
    }
  },
  {
    id: 'shaksgam',
    name: 'Shaksgam Valley',
    claimants: ['CN', 'IN'],
    zone: {
      mapped: ['CN'],
      ring: [
        [75.2, 36.6],
        [76.0, 36.85],
        [77.2, 36.2],
        [77.85, 35.5],
        [76.6, 35.8],
        [75.9, 36.4],
        [75.2, 36.6]
      ]
    }
  },
  {
    id: 'golan',
    name: 'Golan Heights',
    claimants: ['IL', 'SY'],
    zone: {
      mapped: ['IL'],
      ring: [
        [35.65, 32.7],
        [35.645, 32.86],
        [35.63, 33.05],
        [35.63, 33.24],
        [35.75, 33.34],
        [35.85, 33.28],
        [35.9, 33.0],
        [35.9, 32.85],
        [35.77, 32.7],
        [35.65, 32.7]
      ]
    }
  },
  {
    id: 'abyei',
    name: 'Abyei Area',
    claimants: ['SD', 'SS'],
    zone: {
      mapped: ['SD'],
      ring: [
        [27.833, 9.2],
        [27.833, 10.167],
        [29.0, 10.167],
        [29.0, 9.2],
        [27.833, 9.2]
      ]
    }
  },
  {
    id: 'halaib',
    name: "Hala'ib Triangle",
    claimants: ['EG', 'SD'],
    zone: {
      mapped: ['EG'],
      ring: [
        [34.1, 22.0],
        [34.95, 22.8],
        [35.65, 23.14],
        [36.5, 22.8],
        [37.0, 22.0],
        [34.1, 22.0]
      ]
    }
  },
  {
    id: 'ilemi',
    name: 'Ilemi Triangle',
    claimants: ['ET', 'KE', 'SS'],
    zone: {
      mapped: ['KE', 'SS'],
      ring: [
        [34.38, 4.62],
        [34.6, 4.95],
        [35.1, 5.35],
        [35.4, 5.43],
        [35.82, 5.33],
        [35.95, 4.63],
        [34.38, 4.62]
      ]
    }
  },
  {
    id: 'southern-kurils',
    name: 'Southern Kuril Islands',
    claimants: ['JP', 'RU'],
    zone: {
      mapped: ['RU'],
      ring: [
        [145.3, 43.3],
        [145.3, 44.6],
        [147.0, 45.6],
        [149.1, 45.7],
        [149.1, 45.2],
        [147.2, 43.5],
        [146.2, 43.3],
        [145.3, 43.3]
      ]
    }
  }
]
