// What nearly fired by a rule as it is in force: asked for by hand, since it may cost the suite a
// fold.

import { useEffect } from 'preact/hooks'
import type { NearMiss } from '../../shown/answers.ts'
import { theatreWords } from '../../state/console-state.ts'
import { nearMisses, seekNear } from '../../state/rules/near-misses.ts'
import { dayWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

export function NearMisses({ ruleId }: { readonly ruleId: string }) {
  const told = words.rules.near
  const { of, kind } = nearMisses.value
  useEffect(() => {
    if (nearMisses.peek().of !== ruleId) nearMisses.value = { of: ruleId, kind: 'idle' }
  }, [ruleId])
  const state = of === ruleId ? nearMisses.value : null
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <p class="soft">{told.means}</p>
      <p>
        <button type="button" disabled={kind === 'asking'} onClick={() => void seekNear(ruleId)}>
          {told.ask}
        </button>
      </p>
      <p role="status">
        {state?.kind === 'asking' ? told.asking : state?.kind === 'refused' ? state.text : ''}
        {state?.kind === 'told' ? told.found(state.items.length, state.canSay) : ''}
      </p>
      {state?.kind !== 'told' || state.items.length === 0 ? null : (
        <ul class="near-misses">
          {state.items.map((miss, i) => (
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
