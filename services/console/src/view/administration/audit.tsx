// Who changed what: settings, or what was done with alerts.

import type { AuditEntry } from '../../shown/answers.ts'
import { setAddress } from '../../state/address.ts'
import { audit, auditAsk } from '../../state/administration.ts'
import { mayUse } from '../../state/console-state.ts'
import { formatHref } from '../../state/current-view.ts'
import { useResource } from '../../state/resource.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { Failure } from '../parts/failure.tsx'
import { Time } from '../parts/time.tsx'
import { ViewPage } from '../parts/view-page.tsx'
import '../../style/figures.css'
import '../../style/response-times.css'

export function Audit() {
  const told = words.administration.audit
  const { body, failure } = useResource(audit, ['audit'])
  const asked = auditAsk.value
  return (
    <ViewPage title={words.views.names.audit} lead={told.lead}>
      <form
        class="buttons"
        onSubmit={event => {
          event.preventDefault()
          const typed = new FormData(event.currentTarget)
          const given = (name: string) => String(typed.get(name) ?? '').trim() || null
          setAddress({ who: given('who'), subject: given('subject') })
        }}
      >
        {mayUse('alerts:read') ? (
          <Choice
            label={told.of}
            value={asked.of}
            options={Object.entries(told.ofs)}
            onPick={of => setAddress({ of: of === 'alerts' ? of : null })}
          />
        ) : null}
        <Typed label={told.by} name="who" value={asked.by} placeholder={told.byHint} />
        <Typed label={told.subject} name="subject" value={asked.subject} />
        <button type="submit">{told.find}</button>
      </form>
      <Failure failure={failure} />
      {body === null || audit.all.value.length === 0 ? (
        <p role="status">{body === null ? words.views.asking : told.none}</p>
      ) : (
        <Entries of={asked.of} />
      )}
      {audit.next.value === null ? null : (
        <p>
          <button type="button" onClick={() => void audit.loadOlder()}>
            {told.older}
          </button>
        </p>
      )}
    </ViewPage>
  )
}

interface TypedProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly placeholder?: string
}

function Typed({ label, ...input }: TypedProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <input autocomplete="off" {...input} />
    </label>
  )
}

function Entries({ of }: { readonly of: 'administration' | 'alerts' }) {
  const told = words.administration.audit
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <section class="figures texts" tabIndex={0} aria-label={words.views.names.audit}>
      <table>
        <thead>
          <tr>
            {Object.values(told.columns).map(column => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {audit.all.value.map(each => (
            <Entry key={each.id} entry={each} isOfAlerts={of === 'alerts'} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface EntryProps {
  readonly entry: AuditEntry
  readonly isOfAlerts: boolean
}

function Entry({ entry: { at, by, type, subject, handOver }, isOfAlerts }: EntryProps) {
  const told = words.administration.audit
  return (
    <tr>
      <td>
        <Time at={at} />
      </td>
      <td title={by?.id}>
        <bdi>{by?.name ?? told.itself}</bdi>
      </td>
      <td>
        {told.types[type] ?? type}
        {handOver === undefined ? '' : `: ${told.handedOver(handOver.from, handOver.to)}`}
      </td>
      <td>
        {isOfAlerts ? (
          <a href={formatHref('alerts', { alert: subject, of: null, who: null, subject: null })}>
            {subject}
          </a>
        ) : (
          <bdi>{subject}</bdi>
        )}
      </td>
    </tr>
  )
}
