// Search, order and filters. All of it stands in the address.

import { useState } from 'preact/hooks'
import { withins } from '../../queue/changed-within.ts'
import { areasOffered, inCountry, isChoice, withChosen } from '../../queue/queue-choices.ts'
import {
  addressOf,
  groupings,
  holderFilters,
  isNarrowed,
  type QueueFilter,
  sorts,
  statusFilters,
  wholeQueue
} from '../../queue/queue-filter.ts'
import { type Severity, severities, severityMarks } from '../../shown/shown-alert.ts'
import { address, setAddress } from '../../state/address.ts'
import { filter, mayUse, picture, pictureAge, theatreWords } from '../../state/console-state.ts'
import { choices } from '../../state/queue-state.ts'
import { beginSilence } from '../../state/webhooks/silences.ts'
import { patternWords } from '../../words/alert-words.ts'
import { areaWords, countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { ActiveFilters } from './active-filters.tsx'
import { ExportLinks } from './export-links.tsx'
import { notSilenced } from './filter-words.ts'

function change(members: Partial<QueueFilter>): void {
  setAddress(addressOf({ ...filter.value, ...members }))
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [string, string])[]
  readonly onPick: (value: string) => void
}

function Choice({ label, value, options, onPick }: ChoiceProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={value} onChange={event => onPick(event.currentTarget.value)}>
        {options.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

const pick = <T extends string>(codes: readonly T[], names: Readonly<Record<T, string>>) =>
  codes.map(code => [code, names[code]] as const)

function withOrWithout(severity: Severity): readonly Severity[] {
  const held = filter.value.severity
  return held.includes(severity) ? held.filter(each => each !== severity) : [...held, severity]
}

export function Filters() {
  const [isOpen, setOpen] = useState(
    isNarrowed({ ...filter.value, text: '', severity: [], unanswered: false })
  )
  const { filters } = words
  const { text, severity, sort, group } = filter.value
  // What the list is ordered by is seen, unless it is as it always is.
  const isOrdered = sort !== wholeQueue.sort || group !== wholeQueue.group
  const isWall = address.value.get('look') === 'wall'
  return (
    <search
      class={`filters ${isOpen ? 'is-open' : ''} ${isOrdered ? 'is-ordered' : ''}`}
      aria-label={filters.title}
    >
      <div class="filters-first">
        <label class="find">
          <span class="visually-hidden">{filters.search}</span>
          <input
            id="search"
            type="search"
            value={text}
            placeholder={`${filters.search}: ${filters.searchHint}`}
            onInput={event => change({ text: event.currentTarget.value })}
          />
        </label>
        <fieldset class="severities">
          <legend class="visually-hidden">{filters.severity}</legend>
          {severities.map(each => (
            <button
              key={each}
              type="button"
              class={`toggle ${each}`}
              aria-pressed={severity.includes(each)}
              onClick={() => change({ severity: withOrWithout(each) })}
            >
              <span aria-hidden="true">{severityMarks[each]}</span> {words.severities[each]}{' '}
              <OpenCount severity={each} />
            </button>
          ))}
        </fieldset>
        <Choice
          label={filters.sort}
          value={sort}
          options={pick(sorts, filters.sorts)}
          onPick={value => change({ sort: value as QueueFilter['sort'] })}
        />
        <Choice
          label={words.queueWork.groupBy}
          value={group}
          options={pick(groupings, words.queueWork.groupings)}
          onPick={value => change({ group: value as QueueFilter['group'] })}
        />
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls="more-filters"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? filters.fewer : filters.more}
        </button>
        {isNarrowed(filter.value) ? (
          <button type="button" onClick={() => change({ ...wholeQueue, sort, group })}>
            {words.queue.clear}
          </button>
        ) : null}
      </div>
      {!isOpen || isWall ? <ActiveFilters isAll={isWall} /> : null}
      <div class="filters-more" id="more-filters" hidden={!isOpen}>
        <MoreFilters />
      </div>
    </search>
  )
}

/** Alone, since it changes with every alert: menus beside it are not drawn for that. */
function OpenCount({ severity }: { readonly severity: Severity }) {
  pictureAge.value
  return (
    <span class="open-count">
      {picture.openBy[severity].toLocaleString(words.language)}
      <span class="visually-hidden"> {words.filters.openOnes}</span>
    </span>
  )
}

function MoreFilters() {
  const { filters } = words
  const {
    status,
    holder,
    unanswered,
    pattern,
    theatre,
    country,
    admin1,
    certainty,
    withOldNews,
    withDrills
  } = filter.value
  const known = choices.value
  const every = ['', filters.every] as const
  return (
    <>
      <Choice
        label={filters.status}
        value={status}
        options={pick(statusFilters, filters.statuses)}
        onPick={value => change({ status: value as QueueFilter['status'] })}
      />
      <Choice
        label={filters.holder}
        value={holder}
        options={pick(holderFilters, filters.holders)}
        onPick={value => change({ holder: value as QueueFilter['holder'] })}
      />
      {isChoice(known.theatres, theatre) ? (
        <Choice
          label={filters.theatre}
          value={theatre}
          options={[
            every,
            ...withChosen(known.theatres, theatre).map(id => [id, theatreWords(id)] as const)
          ]}
          onPick={value => change({ theatre: value })}
        />
      ) : null}
      <Choice
        label={filters.pattern}
        value={pattern}
        options={[
          every,
          ...withChosen(known.patterns, pattern).map(code => [code, patternWords(code)] as const)
        ]}
        onPick={value => change({ pattern: value })}
      />
      <Choice
        label={filters.country}
        value={country}
        options={[
          every,
          ...withChosen(known.countries, country).map(code => [code, countryWords(code)] as const)
        ]}
        onPick={value => change(inCountry(filter.value, value))}
      />
      {isChoice(known.areas, admin1) ? <AreaChoice /> : null}
      <Choice
        label={filters.certainty}
        value={certainty}
        options={[every, ...Object.entries(words.certainties)]}
        onPick={value => change({ certainty: value })}
      />
      <WithinChoice />
      <label class="check">
        <input
          type="checkbox"
          checked={unanswered}
          onChange={event => change({ unanswered: event.currentTarget.checked })}
        />{' '}
        {filters.unanswered}
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={withOldNews}
          onChange={event => change({ withOldNews: event.currentTarget.checked })}
        />{' '}
        {filters.quiet}
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={withDrills}
          onChange={event => change({ withDrills: event.currentTarget.checked })}
        />{' '}
        {filters.drills}
      </label>
      <label class="choice">
        <span>{words.queueWork.viewName}</span>
        <input
          maxLength={80}
          value={address.value.get('name') ?? ''}
          placeholder={words.queueWork.viewNameHint}
          onInput={event =>
            setAddress({
              name: event.currentTarget.value === '' ? null : event.currentTarget.value
            })
          }
        />
      </label>
      {mayUse('subscriptions:manage') ? (
        <button
          type="button"
          disabled={
            filter.value.severity.length === 0 &&
            [pattern, theatre, country, admin1, certainty].every(each => each === '')
          }
          onClick={() => {
            const severity = filter.value.severity.join(', ')
            beginSilence({
              severity,
              pattern,
              theatre,
              country,
              admin1,
              certainty,
              omitted: notSilenced(filter.value)
            })
          }}
        >
          {words.silences.ofList}
        </button>
      ) : null}
      <ExportLinks />
    </>
  )
}

/** One press each; a second one takes it back. */
function WithinChoice() {
  const { filters } = words
  const { within } = filter.value
  return (
    <fieldset class="within">
      <legend>{filters.within}</legend>
      {withins.map(each => (
        <button
          key={each}
          type="button"
          class="toggle"
          aria-pressed={within === each}
          onClick={() => change({ within: within === each ? '' : each })}
        >
          {filters.withins[each]}
        </button>
      ))}
    </fieldset>
  )
}

/** Areas under the name of their country: two countries may have one of the same name. */
function AreaChoice() {
  const { filters } = words
  const byName = (a: string, b: string) => areaWords(a).localeCompare(areaWords(b), words.language)
  const offered = areasOffered(choices.value, filter.value)
  return (
    <label class="choice">
      <span>{filters.area}</span>
      <select
        value={filter.value.admin1}
        onChange={event => change({ admin1: event.currentTarget.value })}
      >
        <option value="">{filters.every}</option>
        {offered.map(([country, codes]) => (
          <optgroup key={country} label={countryWords(country)}>
            {codes.toSorted(byName).map(code => (
              <option key={code} value={code}>
                {areaWords(code)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}
