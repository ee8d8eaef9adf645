// The form of a source: what reports cannot say of it.

import { administration } from '../../http/administration.ts'
import type { Source } from '../../shown/answers.ts'
import { sourceForm } from '../../state/administration.ts'
import { sourceList } from '../../state/console-state.ts'
import { openItem } from '../../state/current-view.ts'
import { makeDeclaredBody, makeSourceDraft, sourceFields } from '../../upkeep/administration.ts'
import { words } from '../../words/words.ts'
import { RecordForm, standsFor, useBegun } from '../parts/record-form.tsx'
import { BackButton } from '../parts/record-list.tsx'
import { ViewPage } from '../parts/view-page.tsx'

async function save(): Promise<void> {
  const saved = await sourceForm.submit(
    draft =>
      administration.putSource(
        draft.id.trim(),
        makeDeclaredBody(draft, sourceFields),
        draft.version
      ),
    ({ id }) => words.administration.sources.saved(id)
  )
  await sourceList.load()
  if (saved?.isAll) openItem(null)
}

export function SourceForm({ held }: { readonly held: Source | null }) {
  const told = words.administration.sources
  useBegun(sourceForm, makeSourceDraft(held))
  return (
    <ViewPage title={held?.id ?? told.create}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <RecordForm
        form={sourceForm}
        table={sourceFields}
        told={told}
        lists={{ reliability: Object.entries(words.sourcesView.reliabilities) }}
        label={told.save}
        onSend={() => void save()}
        stands={standsFor(sourceForm, held, makeSourceDraft)}
      />
    </ViewPage>
  )
}
