// The form of a new silence: for one alert, or for what a filter names.

import { mayUse } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { making, newSilence, sendSilence, standing } from '../../state/webhooks/silences.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn, Outcome, SendButton } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import { LeftSilences } from './left-silences.tsx'

async function make(event: Event): Promise<void> {
  event.preventDefault()
  const draft = newSilence.typed.peek()
  const made = await making.send(
    () => sendSilence(draft),
    () => words.silences.made
  )
  if (made === null) return
  const isAll = newSilence.settle(draft)
  await standing.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (isAll && currentItem.peek() === 'new') openItem(null)
}

export function NewSilence() {
  const { form, title, back } = words.silences
  const state = making.state.value
  const { typed, change } = newSilence
  const { reason, minutes, includesExtreme } = typed.value
  return (
    <ViewPage title={title} lead={words.silences.lead}>
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {back}
        </button>
      </p>
      <LeftSilences />
      <form class="fields" onSubmit={make}>
        <About />
        <Field label={form.reason} hint={form.reasonHint} fault={faultIn(state, 'reason')}>
          {attributes => (
            <input
              {...attributes}
              required
              maxLength={500}
              autocomplete="off"
              value={reason}
              onInput={event => change({ reason: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={form.minutes} hint={form.minutesHint} fault={faultIn(state, 'minutes')}>
          {attributes => (
            <input
              {...attributes}
              class="short"
              inputMode="numeric"
              required
              autocomplete="off"
              value={minutes}
              onInput={event => change({ minutes: event.currentTarget.value })}
            />
          )}
        </Field>
        <From />
        <div>
          <label class="check">
            <input
              type="checkbox"
              checked={includesExtreme}
              onChange={event => change({ includesExtreme: event.currentTarget.checked })}
            />{' '}
            {form.extreme}
          </label>
          <p class="hint soft">{form.extremeHint}</p>
        </div>
        <p class="buttons">
          <SendButton by={making} label={form.go} />
        </p>
        <Outcome state={state} />
      </form>
    </ViewPage>
  )
}

/** One alert, or what a filter names. */
function About() {
  const { form } = words.silences
  const { typed, change } = newSilence
  const { alertId, headline, omitted } = typed.value
  const fault = faultIn(making.state.value, 'filter')
  if (alertId !== '')
    return (
      <div>
        <p>
          {form.alert}: <b>{headline === '' ? alertId : <bdi>{headline}</bdi>}</b>
        </p>
        <button type="button" onClick={() => change({ alertId: '', headline: '' })}>
          {form.dropAlert}
        </button>
      </div>
    )
  return (
    <>
      {omitted.length === 0 ? null : (
        <p class="then" role="status">
          <bdi>{words.silences.omitted(omitted)}</bdi>
        </p>
      )}
      <div class="pair">
        <Codes name="severity" label={form.severity} hint={form.severityHint} />
        <Codes name="country" label={form.country} hint={form.countryHint} />
        <Codes name="admin1" label={form.admin1} hint={form.admin1Hint} />
        <Codes name="pattern" label={form.pattern} hint={form.patternHint} />
        <Codes name="theatre" label={form.theatre} hint={form.theatreHint} />
        <Codes name="certainty" label={form.certainty} hint={form.certaintyHint} />
      </div>
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </>
  )
}

interface CodesProps {
  readonly name: 'severity' | 'country' | 'admin1' | 'pattern' | 'theatre' | 'certainty'
  readonly label: string
  readonly hint: string
}

function Codes({ name, label, hint }: CodesProps) {
  return (
    <Field label={label} hint={hint} fault={faultIn(making.state.value, `filter/${name}`)}>
      {attributes => (
        <input
          {...attributes}
          autocomplete="off"
          value={newSilence.typed.value[name]}
          onInput={event => newSilence.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

/** Only what has a policy can be held back. */
function From() {
  const { form, allSubscriptions } = words.silences
  const own = (subscriptions.state.value.body?.items ?? []).filter(
    ({ policy, order }) => policy && order !== 'strict'
  )
  if (!mayUse('subscriptions:manage')) return null
  return (
    <Field
      label={form.subscription}
      hint={form.subscriptionHint}
      fault={faultIn(making.state.value, 'subscriptionId')}
    >
      {attributes => (
        <select
          {...attributes}
          value={newSilence.typed.value.subscriptionId}
          onChange={event => newSilence.change({ subscriptionId: event.currentTarget.value })}
        >
          <option value="">{allSubscriptions}</option>
          {own.map(({ id, url }) => (
            <option key={id} value={id}>
              {url}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
