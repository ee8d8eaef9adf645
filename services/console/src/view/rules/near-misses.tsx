// What nearly fired by a rule as it is in force: asked for by hand, since it may cost the suite a
// fold.

import type { NearMiss } from '../../shown/answers.ts'
import { theatreWords } from '../../state/console-state.ts'
import { nearMisses, seeking, seekNear } from '../../state/rules.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'

export function NearMisses({ ruleId }: { readonly ruleId: string }) {
  const told = words.rules.near
  const items = nearMisses.value?.of === ruleId ? nearMisses.value.items : []
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <p class="soft">{told.means}</p>
      <p>
        <button
          type="button"
          disabled={seeking.state.value.kind === 'asking'}
          onClick={() => void seekNear(ruleId)}
        >
          {told.ask}
        </button>
      </p>
      <Outcome state={seeking.state.value} />
      {items.length === 0 ? null : (
        <ul class="near-misses">
          {items.map((miss, i) => (
            <Item key={i} miss={miss} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Item({ miss }: { readonly miss: NearMiss }) {
  const told = words.rules.near
  const { theatre, group, measure, lacks, drill, incidents, lastAt } = miss
  return (
    <li>
      {drill === true ? `${told.drill} ` : ''}
      <b>
        <bdi>{Object.values(group).join(', ')}</bdi>
      </b>{' '}
      <span class="soft">
        <bdi>{theatreWords(theatre)}</bdi>
      </span>
      : {told.measure(measure.name, measure.value, measure.threshold)} · {told.lacks}{' '}
      <bdi>{lacks}</bdi> · {told.seen(incidents, dayWords(lastAt))}
    </li>
  )
}
