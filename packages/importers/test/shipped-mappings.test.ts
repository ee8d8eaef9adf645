import { describe, expect, it } from 'vitest'
import { readShippedMapping, type ShippedMapping } from '../src/item/shipped-mappings.ts'
import { contractErrors, importText, refusalsOf, reportsOf } from './import-sample.ts'

const areas = (name: string) => (name === 'Gaza Strip' ? 'PS-GZA' : null)

async function read(name: ShippedMapping, text: string) {
  const mapping = readShippedMapping(name)
  const items = await importText(text, 'csv', { mapping, areas })
  expect(contractErrors(items)).toEqual([])
  expect(refusalsOf(items)).toEqual([])
  return reportsOf(items).map(({ report }) => report)
}

// Real headers, made-up rows.
describe('mappings that ship', () => {
  it('read ACLED of 2015 to 2018', async () => {
    const [first, second] = await read(
      'acled-2015',
      `GWNO,EVENT_ID_CNTY,EVENT_ID_NO_CNTY,EVENT_DATE,YEAR,TIME_PRECISION,EVENT_TYPE,ACTOR1,ALLY_ACTOR_1,INTER1,ACTOR2,ALLY_ACTOR_2,INTER2,INTERACTION,COUNTRY,ADMIN1,ADMIN2,ADMIN3,LOCATION,LATITUDE,LONGITUDE,GEO_PRECISION,SOURCE,NOTES,FATALITIES
432,1MLI,1,01-January-2015,2015,1,Battle-No change of territory,Group A,,2,Group B,,3,23,Mali,Mopti,Mopti,,Dioura,14.82,-5.25,1,A paper,"Two lines,
of notes",3
432,2MLI,2,18/04/2016,2016,2,Riots/Protests,Crowd,,5,,,0,50,Mali,Mopti,Mopti,,Dioura,14.82,-5.25,2,A paper,A march,0
`
    )
    expect(first).toMatchObject({
      source: { id: 'acled' },
      externalId: '1MLI',
      occurred: { from: '2015-01-01', to: '2015-01-01' },
      category: 'clash',
      location: { name: 'Dioura', country: 'ML', lat: 14.82, lon: -5.25, radiusKm: 5 },
      fatalities: { best: 3 }
    })
    expect(second).toMatchObject({
      occurred: { from: '2016-04-15', to: '2016-04-21' },
      category: 'protest'
    })
  })

  it('read the Global Terrorism Database', async () => {
    const reports = await read(
      'gtd',
      `eventid,iyear,imonth,iday,approxdate,country,country_txt,provstate,city,latitude,longitude,specificity,summary,suicide,attacktype1_txt,targtype1_txt,gname,nkill,nwound
201901010001,2019,1,0,,95,Iraq,Diyala,Unknown,33.75,44.6,4,A text,1,Bombing/Explosion,Police,Unknown,2,-99
201901010002,2019,0,0,,97,West Bank and Gaza Strip,Gaza Strip,Gaza,31.5,34.46,1,,0,Hostage Taking (Kidnapping),Business,A group,-99,
`
    )
    expect(reports[0]).toMatchObject({
      occurred: { from: '2019-01-01', to: '2019-01-31' },
      category: 'explosion',
      tactics: ['suicide'],
      location: { country: 'IQ', lat: 33.75, lon: 44.6, radiusKm: 150 },
      fatalities: { best: 2 }
    })
    expect(reports[0]?.actors).toBeUndefined()
    expect(reports[1]).toMatchObject({
      occurred: { from: '2019-01-01', to: '2019-12-31' },
      category: 'abduction',
      location: { name: 'Gaza', country: 'PS', admin1: 'PS-GZA' }
    })
    expect(reports[1]?.fatalities).toBeUndefined()
  })

  it('read the Aid Worker Security Database, with its row of tags', async () => {
    const [report] = await read(
      'aid-worker-security',
      `Incident ID,Year,Month,Day,Country Code,Country,Region,District,City,UN,INGO,Total killed,Total wounded,Means of attack,Attack context,Location,Latitude,Longitude,Motive,Actor type,Actor name,Details
#event+id,#date+year,#date+month,#date+day,#country+code,#country+name,#adm1+name,#adm2+name,#loc+name,,,#affected+killed,,#event+type,,,#geo+lat,#geo+lon,,,,#description
5001,2025,9,,PS,Occupied Palestinian Territories,Gaza Strip,Deir al Balah,,1,0,1,0,Aerial bombardment,Unknown,Unknown,31.43,34.38,Incidental,Unknown,Unknown,A text
`
    )
    expect(report).toMatchObject({
      externalId: '5001',
      occurred: { from: '2025-09-01', to: '2025-09-30' },
      category: 'air-strike',
      location: { country: 'PS', admin1: 'PS-GZA', radiusKm: 50 },
      fatalities: { best: 1 }
    })
  })

  it('read Insecurity Insight, with its words for precision', async () => {
    const head =
      'Date,Event Description,Country,Country ISO,Admin 1,Latitude,Longitude,Geo Precision,Reported Perpetrator,Weapon Carried/Used,Aid Workers Killed,Health Workers Killed,SiND Event ID'
    const row = (lat: string, lon: string, precision: string) =>
      `2024-05-01,A text,OPT,PSE,Gaza Strip,${lat},${lon},${precision},NSA,Aerial Bomb: Drone,1,2,42`
    const rows = [
      row('31.45', '34.41', '"(3) District, Communicipality or Commune "'),
      row('', '', '(6) Country')
    ]
    const reports = await read('insecurity-insight', `${head}\n${rows.join('\n')}\n`)
    expect(reports[0]).toMatchObject({
      externalId: '42',
      category: 'air-strike',
      location: { country: 'PS', lat: 31.45, lon: 34.41, radiusKm: 50 },
      fatalities: { best: 3 }
    })
    expect(reports[1]?.location).toEqual({ name: 'PS-GZA', country: 'PS', admin1: 'PS-GZA' })
  })

  it("read Crisis Group's sheets", async () => {
    const [report] = await read(
      'crisis-group',
      'Date,Title,Location,Coordinates,Type\n30-Apr-19,A ship,Red Sea,"19.93, 39.07",Attack on a vessel\n'
    )
    expect(report).toMatchObject({
      occurred: { from: '2019-04-30' },
      category: 'attack',
      location: { lat: 19.93, lon: 39.07 }
    })
  })

  it('are named where their file is given as another format', async () => {
    await expect(importText('iyear,imonth,iday\n', 'acled')).rejects.toThrow('it has no column')
    const { needed } = (await import('../src/table/mapped-rows.ts')).createMappedTable(
      readShippedMapping('gtd')
    )
    await expect(importText(`${needed.flat().join()}\n1\n`, 'acled')).rejects.toThrow(
      'its columns are those of --format csv --mapping gtd'
    )
  })
})
