// The fields of a subscription, for a new one and for a change.

import { useId } from 'preact/hooks'
import { severities } from '../../shown/shown-alert.ts'
import type { FormDraft, SendState } from '../../state/form-draft.ts'
import { hasHeartbeats } from '../../upkeep/destination-draft.ts'
import {
  hasDigest,
  noticeKinds,
  noticesWith,
  type SubscriptionDraft
} from '../../upkeep/subscription-draft.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn } from '../parts/form.tsx'
import { DestinationFields } from './destination-fields.tsx'
import { PolicyFields } from './policy-fields.tsx'

interface FieldsProps {
  readonly draft: Pick<FormDraft<SubscriptionDraft>, 'typed' | 'change'>
  readonly state: SendState
  readonly urlHint: string
  /** The kind of a subscription that exists stays. */
  readonly isKindFixed?: boolean
}

interface TextProps extends Pick<FieldsProps, 'draft' | 'state'> {
  readonly name: 'country' | 'pattern' | 'theatre' | 'types' | 'contact' | 'heartbeatSeconds'
  readonly label: string
  readonly hint?: string
}

const pathOf = (name: TextProps['name']) =>
  name === 'country' || name === 'pattern' || name === 'theatre' ? `filter/${name}` : name

function TextField({ draft, state, name, label, hint }: TextProps) {
  return (
    <Field label={label} hint={hint} fault={faultIn(state, pathOf(name))}>
      {attributes => (
        <input
          {...attributes}
          autocomplete="off"
          inputMode={name === 'heartbeatSeconds' ? 'numeric' : 'text'}
          value={draft.typed.value[name]}
          onInput={event => draft.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

export function SubscriptionFields({ draft, state, urlHint, isKindFixed = false }: FieldsProps) {
  const { form, orders, order } = words.subscriptions
  const { typed, change } = draft
  const shared = { draft, state }
  return (
    <>
      <DestinationFields {...shared} urlHint={urlHint} isKindFixed={isKindFixed} />
      <Field label={form.minSeverity} fault={faultIn(state, 'filter/minSeverity')}>
        {attributes => (
          <select
            {...attributes}
            value={typed.value.minSeverity}
            onChange={event => change({ minSeverity: event.currentTarget.value })}
          >
            <option value="">{form.any}</option>
            {severities.map(severity => (
              <option key={severity} value={severity}>
                {words.subscriptions.minSeverityWords(words.severities[severity])}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextField {...shared} name="country" label={form.country} hint={form.countryHint} />
      <TextField {...shared} name="pattern" label={form.pattern} hint={form.patternHint} />
      <TextField {...shared} name="theatre" label={form.theatre} hint={form.theatreHint} />
      <TextField {...shared} name="types" label={form.types} hint={form.typesHint} />
      <Field label={order} fault={faultIn(state, 'order')}>
        {attributes => (
          <select
            {...attributes}
            value={typed.value.order}
            onChange={event => change({ order: event.currentTarget.value })}
          >
            {Object.entries(orders).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <PolicyFields {...shared} />
      <TextField {...shared} name="contact" label={form.contact} />
      {hasHeartbeats(typed.value.kind) ? (
        <TextField
          {...shared}
          name="heartbeatSeconds"
          label={form.heartbeat}
          hint={form.heartbeatHint}
        />
      ) : null}
      {typed.value.kind === 'webhook' ? <Notices {...shared} /> : null}
      {hasDigest(typed.value.kind) ? (
        <label class="check">
          <input
            type="checkbox"
            checked={typed.value.digest}
            onChange={event => change({ digest: event.currentTarget.checked })}
          />{' '}
          {form.digest}
        </label>
      ) : null}
    </>
  )
}

/** What is told besides alerts. */
function Notices({ draft, state }: Pick<FieldsProps, 'draft' | 'state'>) {
  const { form } = words.subscriptions
  const [hintId, faultId] = [useId(), useId()]
  const { notices } = draft.typed.value
  const fault = faultIn(state, 'notices')
  return (
    <fieldset
      class={`fieldset field ${fault === undefined ? '' : 'has-fault'}`}
      aria-describedby={`${hintId}${fault === undefined ? '' : ` ${faultId}`}`}
    >
      <legend>{form.notices}</legend>
      {noticeKinds.map(kind => (
        <label key={kind} class="check">
          <input
            type="checkbox"
            checked={notices.includes(kind)}
            onChange={event =>
              draft.change({ notices: noticesWith(notices, kind, event.currentTarget.checked) })
            }
          />{' '}
          {form.noticeKinds[kind]}
        </label>
      ))}
      <p id={hintId} class="hint soft">
        {form.noticesHint}
      </p>
      {fault === undefined ? null : (
        <p id={faultId} class="fault">
          <span aria-hidden="true">✕</span> {fault}
        </p>
      )}
    </fieldset>
  )
}
