// Saves the list as it is under a name, for all officers.

import { useEffect } from 'preact/hooks'
import { deleteView, savedNow, saveView, savingView } from '../../state/queue-state.ts'
import { words } from '../../words/words.ts'
import { AskFirst, Outcome, SentForm, TextField, useLocalForm } from '../parts/form.tsx'

export function ViewForm() {
  const told = words.queueWork.savedView
  const now = savedNow.value
  const mine = now?.mayChange === true ? now : undefined
  const { id, name } = mine ?? { id: undefined, name: '' }
  const form = useLocalForm({ name }, savingView)
  useEffect(() => form.change({ name }), [id, name])
  const typed = form.typed.value.name.trim()
  return (
    <div class="view-form">
      <SentForm
        by={savingView}
        label={id === undefined ? told.save : told.rename}
        isReady={typed !== '' && typed !== name}
        isInline
        onSend={() => void saveView(typed)}
        more={
          id === undefined ? null : (
            <AskFirst
              label={told.delete}
              question={told.deleteAsk(name)}
              yes={told.delete}
              onYes={() => void deleteView(id)}
            />
          )
        }
      >
        <TextField form={form} name="name" told={told} maxLength={80} />
      </SentForm>
      <Outcome state={savingView.state.value} />
    </div>
  )
}
