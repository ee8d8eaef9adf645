// The form of a new key.

import { keys } from '../../http/keys.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { holdSecret, keyList, makingKey, newKey } from '../../state/keys.ts'
import { bodyOfKey, keyScopes } from '../../upkeep/key-draft.ts'
import { words } from '../../words/words.ts'
import { Field, faultIn, Outcome } from '../parts/form.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function make(event: Event): Promise<void> {
  event.preventDefault()
  const told = words.keys
  const draft = newKey.typed.peek()
  const made = await makingKey.send(
    () => keys.create(bodyOfKey(draft)),
    ({ name }) => told.madeKey(name)
  )
  if (made === null) return
  holdSecret({
    title: told.secretOf(made.body.name),
    value: made.body.secret,
    more: told.secretMore
  })
  const isAll = newKey.settle(draft)
  await keyList.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (isAll && currentItem.peek() === 'new') openItem(null)
}

export function NewKey() {
  const told = words.keys
  const state = makingKey.state.value
  const { typed, change } = newKey
  const { name, scopes, theatres, handling, expires } = typed.value
  return (
    <ViewPage title={told.create}>
      <p>
        <button type="button" onClick={() => openItem(null)}>
          {told.back}
        </button>
      </p>
      <form class="fields" onSubmit={make}>
        <Field label={told.name} hint={told.nameHint} fault={faultIn(state, 'name')}>
          {attributes => (
            <input
              {...attributes}
              required
              maxLength={200}
              autocomplete="off"
              value={name}
              onInput={event => change({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        <fieldset class="fieldset">
          <legend>{told.scopes}</legend>
          {keyScopes.map(scope => (
            <label key={scope} class="check">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={() =>
                  change({
                    scopes: scopes.includes(scope)
                      ? scopes.filter(each => each !== scope)
                      : [...scopes, scope]
                  })
                }
              />{' '}
              <span>
                {told.scopeWords[scope] ?? scope} <span class="soft">({scope})</span>
              </span>
            </label>
          ))}
          {scopes.length > 0 ? null : <p class="fault">{told.noScope}</p>}
          {faultIn(state, 'scopes') === undefined ? null : (
            <p class="fault">{faultIn(state, 'scopes')}</p>
          )}
        </fieldset>
        <Field label={told.theatres} hint={told.theatresHint} fault={faultIn(state, 'theatres')}>
          {attributes => (
            <input
              {...attributes}
              autocomplete="off"
              value={theatres}
              onInput={event => change({ theatres: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={told.handling} fault={faultIn(state, 'handling')}>
          {attributes => (
            <select
              {...attributes}
              value={handling}
              onChange={event => change({ handling: event.currentTarget.value })}
            >
              {Object.entries(words.handlings).map(([code, text]) => (
                <option key={code} value={code}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={told.expires} hint={told.expiresHint} fault={faultIn(state, 'expiresAt')}>
          {attributes => (
            <input
              {...attributes}
              type="date"
              value={expires}
              onInput={event => change({ expires: event.currentTarget.value })}
            />
          )}
        </Field>
        <p class="buttons">
          <button
            type="submit"
            class="primary"
            disabled={state.kind === 'asking' || scopes.length === 0}
          >
            {told.make}
          </button>
        </p>
        <Outcome state={state} />
      </form>
    </ViewPage>
  )
}
