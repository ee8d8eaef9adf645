// What the policy in the form would have told in the last week, before it is saved.

import { webhooks } from '../../http/webhooks.ts'
import type { PolicyPreview, SilentAlert } from '../../shown/policy-preview.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import type { Subscription } from '../../shown/subscription.ts'
import { mayUse } from '../../state/console-state.ts'
import { previewed, previewing } from '../../state/webhooks/subscriptions.ts'
import { bodyOfPreview, type SubscriptionDraft } from '../../upkeep/subscription-draft.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'
import { SeverityMark } from '../parts/severity.tsx'

interface PreviewProps {
  readonly draft: SubscriptionDraft
  /** The subscription that is changed; null: it is a new one. */
  readonly held: Subscription | null
  /** What was refused of the form before is not shown beside what is refused of the preview. */
  readonly forget: () => void
}

export function Preview({ draft, held, forget }: PreviewProps) {
  const told = words.policies.preview
  if (!mayUse('alerts:read')) return null
  const state = previewing.state.value
  const body = bodyOfPreview(draft, held)
  const text = JSON.stringify(body)
  const last = previewed.value?.of === (held?.id ?? null) ? previewed.value : null
  const ask = async () => {
    forget()
    const answered = await previewing.send(
      () => webhooks.preview(body),
      () => told.done
    )
    if (answered !== null) previewed.value = { of: held?.id ?? null, text, preview: answered.body }
  }
  return (
    <section class="policy-preview" aria-label={told.title}>
      <p class="buttons">
        <button type="button" disabled={state.kind === 'asking'} onClick={() => void ask()}>
          {told.ask}
        </button>
        <span class="soft">{told.how}</span>
      </p>
      <Outcome state={state} />
      {last === null ? null : <Told preview={last.preview} isOld={last.text !== text} />}
    </section>
  )
}

function Told({ preview, isOld }: { readonly preview: PolicyPreview; readonly isOld: boolean }) {
  const told = words.policies.preview
  const {
    from,
    to,
    isWhole,
    events,
    told: tellings,
    eventsInHourMax,
    toldInHourMax,
    silentCount,
    silent
  } = preview
  return (
    <>
      {isOld ? (
        <p>
          <b>
            <span aria-hidden="true">◐</span> {told.old}
          </b>
        </p>
      ) : null}
      <p>
        {told.span(timeWords(from), timeWords(to))} <b>{told.counts(tellings, events)}</b>{' '}
        {told.most(toldInHourMax, eventsInHourMax)}
      </p>
      {isWhole ? null : <p>{told.cut}</p>}
      {preview.isRepeatsCut === true ? <p>{told.repeatsCut}</p> : null}
      <Reasons title={told.toldTitle} counts={preview.toldByReason} />
      <Reasons title={told.untoldTitle} counts={preview.untoldByReason} />
      {events === 0 ? (
        <p>{told.noEvents}</p>
      ) : silentCount === 0 ? (
        <p>{isWhole ? told.noneSilent : told.noneSilentOfThese}</p>
      ) : (
        <>
          <h4>{told.silent(silentCount)}</h4>
          <ul class="silent-alerts">
            {silent.map(each => (
              <Silent key={each.alertId} alert={each} />
            ))}
          </ul>
          {silentCount === silent.length ? null : (
            <p class="soft">{told.silentMore(silent.length)}</p>
          )}
        </>
      )}
    </>
  )
}

function Silent({ alert: { severity, headline, reason } }: { readonly alert: SilentAlert }) {
  return (
    <li>
      {severities.includes(severity as Severity) ? (
        <SeverityMark severity={severity as Severity} />
      ) : (
        severity
      )}{' '}
      <bdi>{headline}</bdi>
      <span class="soft">: {reasonWords(reason)}</span>
    </li>
  )
}

function Reasons({
  title,
  counts
}: {
  readonly title: string
  readonly counts: Readonly<Record<string, number>>
}) {
  const some = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  if (some.length === 0) return null
  return (
    <div>
      <h4>{title}</h4>
      <ul>
        {some.map(([reason, count]) => (
          <li key={reason}>{words.policies.preview.reason(count, reasonWords(reason))}</li>
        ))}
      </ul>
    </div>
  )
}

function reasonWords(reason: string): string {
  const { tellReasons, holds, mutes } = words.policies
  return tellReasons[reason] ?? holds[reason] ?? mutes[reason] ?? reason
}
