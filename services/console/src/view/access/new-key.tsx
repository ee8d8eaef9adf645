// The form of a new key.

import { keys } from '../../http/keys.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { holdSecret, keyList, newKey } from '../../state/keys.ts'
import { keyFields, keyScopes } from '../../upkeep/administration.ts'
import { makeBody } from '../../upkeep/field-table.ts'
import { words } from '../../words/words.ts'
import { RecordForm } from '../parts/record-form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function make(): Promise<void> {
  const told = words.keys
  const made = await newKey.submit(
    draft => keys.create(makeBody(draft, keyFields)),
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
  const isEmpty = newKey.typed.value.scopes.length === 0
  return (
    <ViewPage title={told.create}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <RecordForm
        form={newKey}
        table={keyFields}
        told={{ ...told, scopesHint: isEmpty ? told.noScope : undefined }}
        lists={{
          scopes: keyScopes.map(scope => [scope, `${told.scopeWords[scope] ?? scope} (${scope})`])
        }}
        label={told.make}
        onSend={make}
        isReady={!isEmpty}
      />
    </ViewPage>
  )
}
