// Where a subscription goes: the kind of destination, and what it needs.

import type { FormDraft, SendState } from '../../state/form-draft.ts'
import { hasAddress, kindFields } from '../../upkeep/destination-draft.ts'
import { chooseKind, type SubscriptionDraft } from '../../upkeep/subscription-draft.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn } from '../parts/form.tsx'

interface DestinationProps {
  readonly draft: Pick<FormDraft<SubscriptionDraft>, 'typed' | 'change'>
  readonly state: SendState
  readonly urlHint: string
  /** The kind of a subscription that exists stays. */
  readonly isKindFixed: boolean
}

export function DestinationFields({ draft, state, urlHint, isKindFixed }: DestinationProps) {
  const { form } = words.subscriptions
  const { typed, change } = draft
  const { kind, url } = typed.value
  return (
    <>
      {isKindFixed ? null : (
        <Field label={form.kind} hint={form.kindHints[kind]} fault={faultIn(state, 'kind')}>
          {attributes => (
            <select
              {...attributes}
              value={kind}
              onChange={event => change(chooseKind(event.currentTarget.value))}
            >
              {Object.keys(kindFields).map(code => (
                <option key={code} value={code}>
                  {form.kinds[code]}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {hasAddress(kind) ? (
        <Field
          label={form.url}
          hint={kind === 'webhook' || isKindFixed ? urlHint : undefined}
          fault={faultIn(state, 'url')}
        >
          {attributes => (
            <input
              {...attributes}
              type="url"
              required
              autocomplete="off"
              spellcheck={false}
              placeholder={form.urlExamples[kind] ?? form.urlExample}
              value={url}
              onInput={event => change({ url: event.currentTarget.value })}
            />
          )}
        </Field>
      ) : null}
      {(kindFields[kind] ?? []).map(name => (
        <Field
          key={name}
          label={form.destination[name]}
          hint={isKindFixed && isSecret(name) ? form.secretKept : undefined}
          fault={faultIn(state, name)}
        >
          {attributes => (
            <input
              {...attributes}
              {...(isSecret(name) ? hidden : shown)}
              autocomplete="off"
              spellcheck={false}
              value={typed.value[name]}
              onInput={event => change({ [name]: event.currentTarget.value })}
            />
          )}
        </Field>
      ))}
    </>
  )
}

const hidden = { type: 'password' } as const
const shown = { type: 'text' } as const
const isSecret = (name: string): boolean => name === 'token' || name === 'routingKey'
