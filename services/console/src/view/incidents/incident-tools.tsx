// What incidents are asked for (the place, days, category and source, which the address keeps), and
// one incident of a list as a line.

import { useState } from 'preact/hooks'
import { askedDays, computePlaceKind } from '../../records/incident.ts'
import type { ShownIncident } from '../../shown/shown-alert.ts'
import { setAddress } from '../../state/address.ts'
import { sourceList, sources, theatres, theatreWords } from '../../state/console-state.ts'
import { incidentAsk, incidentsFile } from '../../state/incidents.ts'
import { useResource } from '../../state/resource.ts'
import { deathsWords, kindWords, precisionWords } from '../../words/alert-words.ts'
import {
  areaWords,
  categoryWords,
  codeNames,
  countryWords,
  nameIn
} from '../../words/code-names.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Choice, Segments } from '../parts/form.tsx'

const askEveryMs = 5 * 60_000

/** `Ségou`, `Mali`, `sahel`. */
export function placeTitle(place: string): string {
  const kind = computePlaceKind(place)
  if (kind === 'theatre') return theatreWords(place)
  if (kind === 'country') return countryWords(place)
  return `${nameIn('areas', place) ?? place}, ${countryWords(place.slice(0, 2))}`
}

/** As it is typed and listed: with its code, for names that are alike. */
function placeEntry(place: string): string {
  const kind = computePlaceKind(place)
  if (kind === 'theatre') return place
  return kind === 'country' ? `${countryWords(place)} (${place})` : areaWords(place)
}

function placeIn(text: string): string | null {
  const code = /\(([A-Z]{2}(?:-[^)]+)?)\)\s*$/.exec(text)?.[1] ?? text.trim()
  if (code === '') return null
  const { areas, countries } = codeNames.peek()
  const isKnown =
    Object.hasOwn(areas, code) ||
    Object.hasOwn(countries, code) ||
    theatres.peek().some(({ id }) => id === code)
  if (isKnown) return code
  const name = code.toLocaleLowerCase()
  const isNamed = ([, each]: readonly [string, string]) => each.toLocaleLowerCase() === name
  return [...Object.entries(areas), ...Object.entries(countries)].find(isNamed)?.[0] ?? null
}

function PlaceField() {
  const { place } = incidentAsk.value
  const [isOpen, setOpen] = useState(false)
  const { areas, countries } = codeNames.value
  return (
    <label class="choice">
      <span>{words.area.place}</span>
      <input
        list="area-places"
        autocomplete="off"
        dir="auto"
        placeholder={words.area.placeHint}
        key={place}
        defaultValue={place === null ? '' : placeEntry(place)}
        onFocus={() => setOpen(true)}
        onChange={event => {
          const text = event.currentTarget.value
          const found = placeIn(text)
          event.currentTarget.setCustomValidity(
            found === null && text.trim() !== '' ? words.area.noSuchPlace : ''
          )
          event.currentTarget.reportValidity()
          if (found !== null || text.trim() === '') setAddress({ item: found }, { push: true })
        }}
      />
      {/* Thousands of names are made once somebody types. */}
      <datalist id="area-places">
        {isOpen
          ? [
              ...theatres.value.map(({ id }) => id),
              ...Object.keys(countries),
              ...Object.keys(areas)
            ].map(code => <option key={code} value={placeEntry(code)} />)
          : null}
      </datalist>
    </label>
  )
}

/** `hasFile`: something is listed that the file would have. */
export function IncidentTools({ hasFile }: { readonly hasFile: boolean }) {
  useResource(sourceList, askEveryMs)
  const { days, category, source } = incidentAsk.value
  const texts = words.area
  const all = [['', texts.all] as const]
  const categories = Object.keys(codeNames.value.categories)
  const ids = (sources.value ?? []).map(({ id }) => id)
  if (source !== null && !ids.includes(source)) ids.push(source)
  return (
    <div class="line">
      <PlaceField />
      <Segments
        label={words.alert.picture.span}
        options={askedDays.map(each => [each, words.alert.picture.spans[each]])}
        value={days}
        onPick={each => setAddress({ days: each === askedDays[0] ? null : String(each) })}
      />
      <Choice
        label={texts.category}
        value={category ?? ''}
        options={[...all, ...categories.map(code => [code, categoryWords(code)] as const)]}
        onPick={code => setAddress({ category: code || null })}
      />
      <Choice
        label={texts.source}
        value={source ?? ''}
        options={[...all, ...ids.toSorted().map(id => [id, id] as const)]}
        onPick={id => setAddress({ source: id || null })}
      />
      {hasFile ? (
        <a class="area-file push" href={incidentsFile.value} download="incidents.csv">
          {texts.file}
        </a>
      ) : null}
    </div>
  )
}

function formatSources({ reports }: ShownIncident): string {
  return [...new Set(reports.map(({ sourceId }) => sourceId))].join(', ')
}

export function IncidentRow({ incident }: { readonly incident: ShownIncident }) {
  const { occurred, place, fatalities, reports } = incident
  const isDrill = reports.length > 0 && reports.every(({ drill }) => drill === true)
  return (
    <li class="incident-row as-grid breaks">
      <span>{windowWords(occurred)}</span>
      <bdi>{kindWords(incident)}</bdi>
      <bdi>{precisionWords(place)}</bdi>
      <span class="soft">
        {formatSources(incident)}
        {reports.length > 1 ? `, ${words.area.reportCount(reports.length)}` : ''}
      </span>
      <span>{words.area.deathsOf(deathsWords(fatalities))}</span>
      <span class="soft">{isDrill ? words.area.outcomes.drill : ''}</span>
    </li>
  )
}
