// The form of a new key.

import { keys } from '../../http/keys.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { holdSecret, keyList, newKey } from '../../state/keys.ts'
import { bodyOfKey, keyScopes } from '../../upkeep/key-draft.ts'
import { words } from '../../words/words.ts'
import { Check, ChoiceField, FieldGroup, SentForm, TextField } from '../parts/controls.tsx'
import { faultIn } from '../parts/form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function make(): Promise<void> {
  const told = words.keys
  const made = await newKey.submit(
    draft => keys.create(bodyOfKey(draft)),
    ({ name }) => told.madeKey(name)
  )
  if (made === null) return
  const { name, secret } = made.body
  holdSecret({ title: told.secretOf(name), value: secret, more: told.secretMore })
  await keyList.load()
  // Who has typed on, or has gone to something else, is not taken away from it.
  if (made.isAll && currentItem.peek() === 'new') openItem(null)
}

export function NewKey() {
  const told = words.keys
  const { scopes } = newKey.typed.value
  const turn = (scope: string, isOn: boolean) =>
    newKey.change({ scopes: isOn ? [...scopes, scope] : scopes.filter(each => each !== scope) })
  return (
    <ViewPage title={told.create}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <SentForm by={newKey} label={told.make} onSend={make} isReady={scopes.length > 0}>
        <TextField form={newKey} name="name" told={told} required maxLength={200} />
        <FieldGroup
          legend={told.scopes}
          fault={scopes.length === 0 ? told.noScope : faultIn(newKey.state.value, 'scopes')}
        >
          {keyScopes.map(scope => (
            <Check
              key={scope}
              isOn={scopes.includes(scope)}
              turn={isOn => turn(scope, isOn)}
              label={
                <>
                  {told.scopeWords[scope] ?? scope} <span class="soft">({scope})</span>
                </>
              }
            />
          ))}
        </FieldGroup>
        <TextField form={newKey} name="theatres" told={told} />
        <ChoiceField
          form={newKey}
          name="handling"
          told={told}
          options={Object.entries(words.handlings)}
        />
        <TextField form={newKey} name="expires" told={told} at="expiresAt" type="date" />
      </SentForm>
    </ViewPage>
  )
}
