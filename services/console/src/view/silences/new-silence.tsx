// The form of a new silence: for one alert, or for what a filter names.

import { isJudgedByTocsin, silenceFields, wouldHold } from '../../records/silence.ts'
import { mayUse, picture, pictureAge } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { newSilence, sendSilence, standing } from '../../state/silences.ts'
import { subscriptions } from '../../state/subscriptions.ts'
import { words } from '../../words/words.ts'
import { RecordForm } from '../parts/record-form.tsx'
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
  const { form, create, back, lead, allSubscriptions, editTitle, editLead } = words.silences
  const isEdit = newSilence.typed.value.replaces !== ''
  // Only subscriptions with a policy can be silenced.
  const own = (subscriptions.state.value.body?.items ?? []).filter(
    ({ policy, order }) => policy && order !== 'strict'
  )
  return (
    <ViewPage title={isEdit ? editTitle : create} lead={isEdit ? editLead : lead}>
      <BackButton label={back} onBack={() => openItem(null)} />
      <OneAlert />
      <RecordForm
        form={newSilence}
        table={silenceFields}
        told={{ ...words.filters.byName, ...form }}
        lists={{
          subscriptionId: [['', allSubscriptions], ...own.map(({ id, url }) => [id, url] as const)]
        }}
        own={mayUse('subscriptions:manage') ? {} : { subscriptionId: null }}
        label={form.go}
        onSend={make}
      >
        <Preview />
      </RecordForm>
    </ViewPage>
  )
}

const previewMax = 5

/** Previews which open alerts it would silence. */
function Preview() {
  const { wouldHold: told, wouldHoldMore } = words.silences
  pictureAge.value
  const draft = newSilence.typed.value
  if (isJudgedByTocsin(draft)) return null
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

/** Its one alert, or the filters of the list that a silence does not support. */
function OneAlert() {
  const { form, omitted: told } = words.silences
  const { alertId, headline, omitted } = newSilence.typed.value
  if (alertId !== '')
    return (
      <div>
        <p>
          {form.alert}: <b>{headline === '' ? alertId : <bdi>{headline}</bdi>}</b>
        </p>
        <button type="button" onClick={() => newSilence.change({ alertId: '', headline: '' })}>
          {form.dropAlert}
        </button>
      </div>
    )
  return omitted.length === 0 ? null : (
    <p class="then" role="status">
      <bdi>{told(omitted)}</bdi>
    </p>
  )
}
