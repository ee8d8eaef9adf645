// A report as it is typed by a person, what is missing in it, and the body that is posted. Pure.

export const reportCategories = [
  ...[
    'attack',
    'attack-on-civilians',
    'clash',
    'ambush',
    'explosion',
    'air-strike',
    'shelling',
    'abduction',
    'release'
  ],
  ...[
    'killing',
    'looting',
    'arson',
    'infrastructure-destroyed',
    'blockade',
    'movement-denied',
    'aid-denied'
  ],
  ...[
    'access-restored',
    'territory-seized',
    'imposed-rule',
    'displacement',
    'food-insecurity',
    'school-closure'
  ],
  ...['advisory', 'appeal', 'threat', 'protest', 'statistic', 'other']
]

export interface ReportDraft {
  readonly source: string
  /**
   * Chosen here and sent with every attempt, so that a repeat after a broken link is the same
   * report.
   */
  readonly externalId: string
  /** Days. */
  readonly from: string
  readonly to: string
  readonly category: string
  readonly place: string
  readonly country: string
  readonly admin1: string
  readonly lat: string
  readonly lon: string
  readonly radiusKm: string
  readonly low: string
  readonly best: string
  readonly high: string
  readonly handling: string
  readonly narrative: string
  readonly link: string
  readonly drill: boolean
  /** What it corrects, where that was read from the suite. */
  readonly of?: CorrectedReport
}

/** A report that was read again to be corrected. */
export interface CorrectedReport {
  readonly reportId: string
  /** Null: it has none. */
  readonly externalId: string | null
  readonly occurred: { readonly from: string; readonly to: string }
  /** What the form has no field for: it is sent as it was. */
  readonly kept: Readonly<Record<string, unknown>>
  /** The same within the private texts. */
  readonly keptPrivate: { readonly links: readonly string[]; readonly persons: readonly object[] }
}

/** What the form has a field for. */
export type DraftField = Exclude<keyof ReportDraft, 'of'>

export function blankReport(externalId: string, source = ''): ReportDraft {
  return {
    ...{
      source,
      externalId,
      from: '',
      to: '',
      category: '',
      place: '',
      country: '',
      admin1: '',
      lat: '',
      lon: ''
    },
    ...{
      radiusKm: '',
      low: '',
      best: '',
      high: '',
      handling: 'internal',
      narrative: '',
      link: '',
      drill: false
    }
  }
}

/** By name in the draft: the name that refusals of the suite have for it. */
export const reportFields = {
  ...{
    source: 'source',
    externalId: 'externalId',
    from: 'occurred/from',
    to: 'occurred/to',
    category: 'category'
  },
  ...{
    place: 'location/name',
    country: 'location/country',
    admin1: 'location/admin1',
    lat: 'location/lat'
  },
  ...{
    lon: 'location/lon',
    radiusKm: 'location/radiusKm',
    low: 'fatalities/low',
    best: 'fatalities/best'
  },
  ...{
    high: 'fatalities/high',
    handling: 'handling',
    narrative: 'private/narrative',
    link: 'private/links'
  },
  drill: 'drill'
} as const satisfies Readonly<Record<DraftField, string>>

export type ReportFault =
  | 'missing'
  | 'not-a-number'
  | 'not-whole'
  | 'out-of-range'
  | 'order'
  | 'not-a-link'
  | 'needs-both'

/** What can be seen to be wrong before it is sent, by field as the suite names it. */
export function faultsIn(draft: ReportDraft): ReadonlyMap<string, ReportFault> {
  const faults = new Map<string, ReportFault>()
  const note = (field: DraftField, fault: ReportFault) => {
    if (!faults.has(reportFields[field])) faults.set(reportFields[field], fault)
  }
  for (const field of ['source', 'externalId', 'from', 'category'] as const)
    if (draft[field].trim() === '' && !(field === 'externalId' && draft.of?.externalId === null))
      note(field, 'missing')
  if (draft.from !== '' && draft.to !== '' && draft.to < draft.from) note('to', 'order')
  const hasCoordinates = draft.lat.trim() !== '' || draft.lon.trim() !== ''
  if (hasCoordinates) {
    for (const field of ['lat', 'lon'] as const)
      if (draft[field].trim() === '') note(field, 'needs-both')
    numberIn(draft, 'lat', 90, note)
    numberIn(draft, 'lon', 180, note)
  } else
    for (const field of ['place', 'country'] as const)
      if (draft[field].trim() === '') note(field, 'missing')
  numberIn(draft, 'radiusKm', 5_000, note)
  const tolls = (['low', 'best', 'high'] as const).filter(field => draft[field].trim() !== '')
  for (const field of tolls) if (!/^\d{1,8}$/.test(draft[field].trim())) note(field, 'not-whole')
  for (const [i, field] of tolls.entries()) {
    const before = tolls[i - 1]
    if (before !== undefined && Number(draft[field]) < Number(draft[before])) note(field, 'order')
  }
  if (draft.link.trim() !== '' && !/^https?:\/\/\S+$/i.test(draft.link.trim()))
    note('link', 'not-a-link')
  return faults
}

function numberIn(
  draft: ReportDraft,
  field: 'lat' | 'lon' | 'radiusKm',
  most: number,
  note: (field: DraftField, fault: ReportFault) => void
): void {
  const text = draft[field].trim()
  if (text === '') return
  if (!/^-?\d+([.,]\d+)?$/.test(text)) note(field, 'not-a-number')
  else if (Math.abs(numberOf(text)) > most || (field === 'radiusKm' && numberOf(text) < 0))
    note(field, 'out-of-range')
}

/** Many write a decimal comma. */
export function numberOf(text: string): number {
  return Number(text.trim().replace(',', '.'))
}

/** What is posted: what was left empty is not sent. */
export function bodyOfReport(draft: ReportDraft): Readonly<Record<string, unknown>> {
  const text = (name: 'place' | 'admin1', as: string) =>
    draft[name].trim() === '' ? {} : { [as]: draft[name].trim() }
  const number = (name: 'lat' | 'lon' | 'radiusKm') =>
    draft[name].trim() === '' ? {} : { [name]: numberOf(draft[name]) }
  const toll = (name: 'low' | 'best' | 'high') =>
    draft[name].trim() === '' ? null : Number(draft[name])
  const fatalities = { low: toll('low'), best: toll('best'), high: toll('high') }
  const { links: furtherLinks, persons } = draft.of?.keptPrivate ?? nothingKept
  const links = [...(draft.link.trim() === '' ? [] : [draft.link.trim()]), ...furtherLinks]
  const secret = {
    ...(draft.narrative.trim() === '' ? {} : { narrative: draft.narrative.trim() }),
    ...(links.length === 0 ? {} : { links }),
    ...(persons.length === 0 ? {} : { persons })
  }
  return {
    ...draft.of?.kept,
    source: { id: draft.source.trim() },
    ...(draft.externalId.trim() === '' ? {} : { externalId: draft.externalId.trim() }),
    occurred: occurredIn(draft),
    category: draft.category,
    location: {
      ...text('place', 'name'),
      // It may have been typed, while the names of countries had not come.
      ...(draft.country.trim() === '' ? {} : { country: draft.country.trim().toUpperCase() }),
      ...text('admin1', 'admin1'),
      ...number('lat'),
      ...number('lon'),
      ...number('radiusKm')
    },
    ...(Object.values(fatalities).some(count => count !== null) ? { fatalities } : {}),
    handling: draft.handling,
    ...(Object.keys(secret).length === 0 ? {} : { private: secret }),
    ...(draft.drill ? { drill: true } : {})
  }
}

const nothingKept: CorrectedReport['keptPrivate'] = { links: [], persons: [] }

/**
 * Days as they are typed. What was stated to the minute stays so where its days were left as they
 * are.
 */
function occurredIn({ from, to, of }: ReportDraft): CorrectedReport['occurred'] {
  const end = to === '' ? from : to
  if (of !== undefined && dayIn(of.occurred.from) === from && dayIn(of.occurred.to) === end)
    return of.occurred
  return { from, to: end }
}

/** The day of a day or an instant. */
export const dayIn = (moment: string) => moment.slice(0, 10)

/** A place that a name may mean. */
interface Spot {
  readonly lat: number
  readonly lon: number
  /** The code of its area. */
  readonly admin1: string | null
}

/** The same as it is typed: who corrects it later sends that place with it. */
export function draftPlacedAt(draft: ReportDraft, { lat, lon, admin1 }: Spot): ReportDraft {
  return { ...draft, lat: String(lat), lon: String(lon), admin1: admin1 ?? draft.admin1 }
}

/** The same report at one of the places that its name may mean, with its area. */
export function placedAt(
  body: Readonly<Record<string, unknown>>,
  { lat, lon, admin1 }: Spot
): Readonly<Record<string, unknown>> {
  const location = body.location as Readonly<Record<string, unknown>>
  const area = admin1 === null ? {} : { admin1 }
  return { ...body, location: { ...location, ...area, lat, lon } }
}
