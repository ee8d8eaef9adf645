// The form of a new silence: for one alert, or for what a filter names.

import { mayUse, picture, pictureAge } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { newSilence, sendSilence, standing } from '../../state/webhooks/silences.ts'
import { subscriptions } from '../../state/webhooks/subscriptions.ts'
import { wouldHold } from '../../upkeep/silence-draft.ts'
import { words } from '../../words/words.ts'
import { CheckField, ChoiceField, NumberField, SentForm, TextField } from '../parts/controls.tsx'
import { faultIn } from '../parts/form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import { AlertHeadline } from '../parts/suite-prose.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function make(): Promise<void> {
  const made = await newSilence.submit(sendSilence, () => words.silences.made)
  if (made === null) return
  await standing.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (made.isAll && currentItem.peek() === 'new') openItem(null)
}

export function NewSilence() {
  const { form, title, back, lead, allSubscriptions, editTitle, editLead } = words.silences
  const isEdit = newSilence.typed.value.replaces !== ''
  // Only what has a policy can be held back.
  const own = (subscriptions.state.value.body?.items ?? []).filter(
    ({ policy, order }) => policy && order !== 'strict'
  )
  return (
    <ViewPage title={isEdit ? editTitle : title} lead={isEdit ? editLead : lead}>
      <BackButton label={back} onBack={() => openItem(null)} />
      <SentForm by={newSilence} label={form.go} onSend={make}>
        <About />
        <TextField form={newSilence} name="reason" told={form} required maxLength={500} />
        <div class="pair">
          <TextField form={newSilence} name="startsAt" told={form} type="datetime-local" />
          <NumberField form={newSilence} name="minutes" told={form} required />
        </div>
        {mayUse('subscriptions:manage') ? (
          <ChoiceField
            form={newSilence}
            name="subscriptionId"
            told={form}
            options={[['', allSubscriptions], ...own.map(({ id, url }) => [id, url] as const)]}
          />
        ) : null}
        <CheckField form={newSilence} name="includesExtreme" told={form} />
        <Preview />
      </SentForm>
    </ViewPage>
  )
}

const previewMax = 5

/** What it would hold back of the open alerts, before it is made. */
function Preview() {
  const { wouldHold: told, wouldHoldMore } = words.silences
  pictureAge.value
  const draft = newSilence.typed.value
  // By what the form has no field for only Tocsin judges.
  if (draft.kept.filter !== undefined) return null
  const held = [...picture.alerts.values()].filter(alert => wouldHold(draft, alert))
  return (
    <div class="preview">
      <p role="status">{told(held.length)}</p>
      <ul>
        {held.slice(0, previewMax).map(alert => (
          <li key={alert.alertId}>
            <SeverityMark severity={alert.severity} /> <AlertHeadline alert={alert} />
          </li>
        ))}
      </ul>
      {held.length > previewMax ? <p>{wouldHoldMore(held.length - previewMax)}</p> : null}
    </div>
  )
}

/** One alert, or what a filter names. */
function About() {
  const { form } = words.silences
  const { typed, change, state } = newSilence
  const { alertId, headline, omitted } = typed.value
  const fault = faultIn(state.value, 'filter')
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
  const codes = ['severity', 'country', 'admin1', 'pattern', 'theatre', 'certainty'] as const
  return (
    <>
      {omitted.length === 0 ? null : (
        <p class="then" role="status">
          <bdi>{words.silences.omitted(omitted)}</bdi>
        </p>
      )}
      <div class="pair">
        {codes.map(name => (
          <TextField key={name} form={newSilence} name={name} told={form} at={`filter/${name}`} />
        ))}
      </div>
      {fault === undefined ? null : (
        <p class="fault" role="alert">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </>
  )
}
