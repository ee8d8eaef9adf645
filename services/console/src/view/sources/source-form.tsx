// The form of a source: what reports cannot say of it.

import { useEffect } from 'preact/hooks'
import { administration } from '../../http/administration.ts'
import type { Source } from '../../shown/answers.ts'
import { sourceForm } from '../../state/administration.ts'
import { sourceList } from '../../state/console-state.ts'
import { openItem } from '../../state/current-view.ts'
import { bodyOfSource, draftOfSource } from '../../upkeep/administration.ts'
import { words } from '../../words/words.ts'
import { CheckField, ChoiceField, NumberField, SentForm, TextField } from '../parts/controls.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function save(): Promise<void> {
  const saved = await sourceForm.submit(
    draft => administration.putSource(draft.id.trim(), bodyOfSource(draft)),
    ({ id }) => words.administration.sources.saved(id)
  )
  if (saved === null) return
  await sourceList.load()
  if (saved.isAll) openItem(null)
}

export function SourceForm({ held }: { readonly held: Source | null }) {
  const told = words.administration.sources
  useEffect(() => {
    const draft = draftOfSource(held)
    sourceForm.show(draft)
    if (sourceForm.typedOf(draft.of) === undefined) sourceForm.restart(draft)
    sourceForm.forget()
  }, [held?.id])
  const field = { form: sourceForm, told }
  return (
    <ViewPage title={held?.id ?? told.create}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <SentForm by={sourceForm} label={told.save} onSend={() => void save()}>
        {held === null ? <TextField {...field} name="id" required maxLength={200} /> : null}
        <ChoiceField
          {...field}
          name="reliability"
          options={Object.entries(words.sourcesView.reliabilities)}
        />
        <div class="pair">
          <NumberField {...field} name="cadenceDays" />
          <NumberField {...field} name="latenessDays" />
        </div>
        <CheckField {...field} name="archive" />
        <TextField {...field} name="reporters" />
      </SentForm>
    </ViewPage>
  )
}
