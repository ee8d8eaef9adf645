// The form for a person with one report and a bad link.

import '../../style/records.css'
import { setAddress } from '../../state/address.ts'
import { sources } from '../../state/console-state.ts'
import { currentView } from '../../state/current-view.ts'
import { goOnWith, report, reporting, sendReport } from '../../state/report.ts'
import {
  type DraftField,
  reportCategories,
  reportFields
} from '../../upkeep/reports/report-draft.ts'
import { categoryWords, codeNames, countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn, Outcome } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { OpenById, Opened } from './opened-report.tsx'
import { PlaceMap } from './place-map.tsx'
import { Sent } from './sent-reports.tsx'

type TextName = Exclude<DraftField, 'drill'>

interface TextProps {
  readonly name: TextName
  readonly label: string
  readonly hint?: string
  readonly type?: 'text' | 'date' | 'url'
  readonly inputMode?: 'decimal' | 'numeric'
  readonly list?: string
  /** It cannot be changed: it tells which report is corrected. */
  readonly isFixed?: boolean
}

function Text({ name, label, hint, type = 'text', inputMode, list, isFixed = false }: TextProps) {
  return (
    <Field label={label} hint={hint} fault={faultIn(reporting.state.value, reportFields[name])}>
      {attributes => (
        <input
          {...attributes}
          type={type}
          autocomplete="off"
          readOnly={isFixed}
          {...(inputMode === undefined ? {} : { inputMode })}
          {...(list === undefined ? {} : { list })}
          value={report.typed.value[name]}
          onInput={event => report.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

interface ChoiceProps {
  readonly name: TextName
  readonly label: string
  readonly options: readonly (readonly [string, string])[]
}

function Choice({ name, label, options }: ChoiceProps) {
  return (
    <Field label={label} fault={faultIn(reporting.state.value, reportFields[name])}>
      {attributes => (
        <select
          {...attributes}
          value={report.typed.value[name]}
          onChange={event => report.change({ [name]: event.currentTarget.value })}
        >
          {options.map(([code, text]) => (
            <option key={code} value={code}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

const byName = ([, a]: readonly [string, string], [, b]: readonly [string, string]) =>
  a.localeCompare(b, words.language)

/** The first field that is marked takes the focus, so that nobody searches for it. */
function focusFault(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.has-fault :is(input, select, textarea)')?.focus()
  )
}

/** Reports that were left half-typed for a correction of another one. */
function Left() {
  const told = words.report
  const left = report.left.value
  if (left.length === 0) return null
  return (
    <section class="record is-warn" aria-label={told.left}>
      <p>{told.left}:</p>
      <ul class="buttons">
        {left.map(draft => (
          <li key={draft.externalId}>
            <button
              type="button"
              disabled={reporting.state.value.kind === 'asking'}
              onClick={() => goOnWith(draft)}
            >
              <bdi>
                {told.goOn(
                  told.leftWhat(
                    draft.category === '' ? '' : categoryWords(draft.category),
                    draft.place
                  )
                )}
              </bdi>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Report() {
  const told = words.report
  const state = reporting.state.value
  const { typed, change } = report
  const submit = async (event: Event) => {
    event.preventDefault()
    const sent = await sendReport()
    // A page that is loaded again shows it again; who has gone on to something else is not taken
    // away from it.
    if (sent !== null && currentView.peek() === 'report') setAddress({ item: sent.reportId })
    if (reporting.state.peek().kind === 'refused') focusFault()
  }
  const countries = Object.keys(codeNames.value.countries).map(
    code => [code, countryWords(code)] as const
  )
  const nothing = ['', told.choose] as const
  const isCorrection = typed.value.of !== undefined
  return (
    <ViewPage title={words.views.names.report} lead={told.lead}>
      <Left />
      <Opened />
      <form class="fields" onSubmit={submit} noValidate>
        <Text
          name="source"
          label={told.source}
          hint={told.sourceHint}
          list="sources-known"
          isFixed={isCorrection}
        />
        <datalist id="sources-known">
          {(sources.value ?? []).map(({ id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        <Choice
          name="category"
          label={told.category}
          options={[nothing, ...reportCategories.map(code => [code, categoryWords(code)] as const)]}
        />
        <div class="pair">
          <Text name="from" label={told.from} type="date" />
          <Text name="to" label={told.to} type="date" />
        </div>
        <fieldset class="fieldset">
          <legend>{told.where}</legend>
          <div class="pair">
            <Text name="place" label={told.place} />
            {countries.length === 0 ? (
              // The names come from the suite, and the link is bad: nobody must wait for them.
              <Text name="country" label={told.country} hint={told.countryCode} />
            ) : (
              <Choice
                name="country"
                label={told.country}
                options={[nothing, ...countries.sort(byName)]}
              />
            )}
          </div>
          <Text name="admin1" label={told.admin1} />
          <div class="triple">
            <Text name="lat" label={told.lat} inputMode="decimal" />
            <Text name="lon" label={told.lon} inputMode="decimal" />
            <Text name="radiusKm" label={told.radius} inputMode="decimal" />
          </div>
          <PlaceMap />
        </fieldset>
        <fieldset class="fieldset">
          <legend>{told.deaths}</legend>
          <p class="hint soft">{told.deathsHint}</p>
          <div class="triple">
            <Text name="low" label={told.low} inputMode="numeric" />
            <Text name="best" label={told.best} inputMode="numeric" />
            <Text name="high" label={told.high} inputMode="numeric" />
          </div>
        </fieldset>
        <Field
          label={told.narrative}
          hint={told.narrativeHint}
          fault={faultIn(state, reportFields.narrative)}
        >
          {attributes => (
            <textarea
              {...attributes}
              rows={4}
              maxLength={20_000}
              value={typed.value.narrative}
              onInput={event => change({ narrative: event.currentTarget.value })}
            />
          )}
        </Field>
        <Text name="link" label={told.link} type="url" />
        <Choice name="handling" label={told.handling} options={Object.entries(told.handlings)} />
        <Text
          name="externalId"
          label={told.externalId}
          hint={told.externalIdHint}
          isFixed={isCorrection}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={typed.value.drill}
            onChange={event => change({ drill: event.currentTarget.checked })}
          />{' '}
          {told.drill}
        </label>
        <p class="buttons">
          <button type="submit" class="primary" disabled={state.kind === 'asking'}>
            {state.kind === 'refused' ? told.again : told.send}
          </button>
        </p>
        <Outcome state={state} />
      </form>
      <Sent />
      <OpenById />
    </ViewPage>
  )
}
