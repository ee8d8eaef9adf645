// Theatres: what each covers and its time; declared and changed here.

import { administration } from '../../http/administration.ts'
import type { Theatre } from '../../shown/answers.ts'
import { theatreForm } from '../../state/administration.ts'
import { theatreList } from '../../state/console-state.ts'
import { currentItem, openItem } from '../../state/current-view.ts'
import { useResource } from '../../state/resource.ts'
import { makeDeclaredBody, makeTheatreDraft, theatreFields } from '../../upkeep/administration.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'
import { RecordForm, standsFor, useBegun } from '../parts/record-form.tsx'
import { BackButton, Record, RecordList } from '../parts/record-list.tsx'
import { Facts } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'
import { ViewPage } from '../parts/view-page.tsx'

export function Theatres() {
  const told = words.administration.theatres
  const { body } = useResource(theatreList, ['theatres'])
  const chosen = currentItem.value
  const held = body?.items.find(({ id }) => id === chosen)
  if (chosen === 'new' || held !== undefined)
    return <TheatreForm key={chosen} held={held ?? null} />
  return (
    <ViewPage title={words.views.names.theatres} lead={told.lead}>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => openItem('new')}>
          {told.create}
        </button>
        <Outcome state={theatreForm.state.value} />
      </p>
      <RecordList
        of={theatreList}
        items={body?.items ?? null}
        keyOf={({ id }) => id}
        label={words.views.names.theatres}
        none={told.none}
        draw={({ id, covers, clock, now, retentionDays, falseAlarmBudget }) => (
          <Record title={id} onOpen={() => openItem(id)}>
            <Facts
              of={[
                [told.covers, covers],
                [told.clock, told.clocks[clock]],
                [told.now, now === null ? null : <Time at={now} />],
                [told.retentionDays, retentionDays.toLocaleString(words.language)],
                [told.budget, falseAlarmBudget]
              ]}
            />
          </Record>
        )}
      />
    </ViewPage>
  )
}

async function save(): Promise<void> {
  const told = words.administration.theatres
  const saved = await theatreForm.submit(
    draft =>
      administration.putTheatre(
        draft.id.trim(),
        makeDeclaredBody(draft, theatreFields),
        draft.version
      ),
    ({ id, leavesOutside }) =>
      [
        told.saved(id),
        leavesOutside === undefined || leavesOutside.reports === 0
          ? ''
          : told.outside(leavesOutside.reports)
      ].join(' ')
  )
  await theatreList.load()
  if (saved?.isAll) openItem(null)
}

function TheatreForm({ held }: { readonly held: Theatre | null }) {
  const told = words.administration.theatres
  useBegun(theatreForm, makeTheatreDraft(held))
  return (
    <ViewPage title={held?.id ?? told.create} lead={told.lead}>
      <BackButton label={told.back} onBack={() => openItem(null)} />
      <RecordForm
        form={theatreForm}
        table={theatreFields}
        told={told}
        lists={{ clock: Object.entries(told.clocks) }}
        label={told.save}
        onSend={() => void save()}
        stands={standsFor(theatreForm, held, makeTheatreDraft)}
      />
    </ViewPage>
  )
}
