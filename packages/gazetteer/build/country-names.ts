// Names of countries: from Unicode, in the languages of reporters, and from conflict data.

import { buildCountryKey } from '../src/name/area-names.ts'
import { nameKey } from '../src/name/place-names.ts'
import { encodeCountry } from '../src/table/country-codes.ts'

const languages =
  'en fr es pt de it nl sv da nb fi pl cs sk hu ro bg el tr ru uk sr hr ar fa ur he hi bn my th vi id ms sw ha so am zh ja ko ff bm wo yo ig ln mg rw zu af'.split(
    ' '
  )

/** Names in UCDP, ACLED, GDELT and the press that Unicode does not list, by code. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  BA: ['Bosnia-Herzegovina', 'Bosnia'],
  BF: ['Burkina'],
  BY: ['Byelorussia'],
  CD: [
    'DR Congo (Zaire)',
    'DR Congo',
    'DRC',
    'Zaire',
    'Democratic Republic of Congo',
    'Democratic Republic of the Congo',
    'Congo, Dem. Rep.',
    'Congo-Kinshasa'
  ],
  CF: ['CAR'],
  CG: ['Congo', 'Republic of Congo', 'Republic of the Congo', 'Congo, Rep.', 'Congo-Brazzaville'],
  CI: ['Ivory Coast', "Cote d'Ivoire"],
  CV: ['Cape Verde'],
  CZ: ['Czech Republic'],
  DE: ['German Federal Republic'],
  ET: ['Abyssinia'],
  GB: ['UK', 'Great Britain', 'Britain'],
  GM: ['The Gambia'],
  IR: ['Islamic Republic of Iran'],
  KG: ['Kyrgyz Republic'],
  KH: ['Cambodia (Kampuchea)', 'Kampuchea'],
  KP: ['North Korea', "Democratic People's Republic of Korea", 'DPRK'],
  KR: ['South Korea', 'Republic of Korea'],
  LA: ['Laos', "Lao People's Democratic Republic"],
  LK: ['Sri Lanka (Ceylon)', 'Ceylon'],
  MD: ['Republic of Moldova'],
  MG: ['Madagascar (Malagasy)'],
  MK: ['Macedonia', 'Macedonia, FYR', 'FYROM'],
  ML: ['République du Mali', 'Republic of Mali'],
  MM: ['Myanmar (Burma)', 'Burma', 'Birma'],
  NE: ['République du Niger', 'Republic of Niger'],
  PS: ['Palestine', 'State of Palestine', 'Occupied Palestinian Territory'],
  RO: ['Rumania'],
  RS: ['Serbia (Yugoslavia)', 'Yugoslavia'],
  RU: ['Russia (Soviet Union)', 'Soviet Union', 'Russian Federation'],
  SD: ['Republic of the Sudan'],
  SS: ['South Sudan'],
  SY: ['Syrian Arab Republic'],
  SZ: ['Kingdom of eSwatini (Swaziland)', 'Swaziland', 'Kingdom of eSwatini'],
  TL: ['East Timor'],
  TR: ['Turkey', 'Turkey (Ottoman Empire)'],
  TZ: ['United Republic of Tanzania', 'Tanganyika'],
  US: ['USA', 'United States of America'],
  VA: ['Vatican'],
  VE: ['Bolivarian Republic of Venezuela'],
  VN: ['Vietnam (North Vietnam)', 'Viet Nam'],
  YE: ['Yemen (North Yemen)', 'North Yemen'],
  ZW: ['Zimbabwe (Rhodesia)', 'Rhodesia']
}

const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Keys of country names, and of their codes, with the row of the code. */
export function listCountryNames(): readonly { readonly key: string; readonly row: number }[] {
  const displays = languages.map(
    language => new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
  )
  const english = displays[0] as Intl.DisplayNames
  const codes = alphabet
    .flatMap(a => alphabet.map(b => a + b))
    .filter(code => english.of(code) !== undefined && !retired.has(code))
  return codes.flatMap(code => {
    const names = [
      code,
      ...displays.flatMap(display => display.of(code) ?? []),
      ...(otherNames[code] ?? [])
    ]
    return [...new Set(names.map(nameKey))].map(key => ({
      key: buildCountryKey(key),
      row: encodeCountry(code)
    }))
  })
}

/**
 * Codes that Unicode names and ISO 3166-1 does not list, or no longer. XK stays: it is commonly
 * used for Kosovo.
 */
const retired = new Set(
  'AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO QU RH SU TA TP UK UN VD WK XA XB YD YU ZR ZZ'.split(
    ' '
  )
)
