// What a rule was: its versions, by whom, what each changed; and one of them back in the text.

import { diffLines, formatRule } from '../../records/rule-text.ts'
import type { RuleVersion } from '../../shown/answers.ts'
import { mayUse } from '../../state/console-state.ts'
import { useResource } from '../../state/resource.ts'
import { restore, ruleVersions } from '../../state/rules.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'
import { Time } from '../parts/time.tsx'

const signs = { same: ' ', gone: '−', new: '+' } as const
const elements = { same: 'span', gone: 'del', new: 'ins' } as const

/** `published`: the version of the rule now. */
export function RuleVersions({ published }: { readonly published: number }) {
  const { body, failure } = useResource(ruleVersions, ['rules'])
  const told = words.rules.versions
  const items = body?.items ?? []
  return (
    <section class="record" aria-label={told.title}>
      <h3>{told.title}</h3>
      <Failure failure={failure} />
      <ol class="rule-versions">
        {items.map((each, i) => (
          <li key={each.ruleVersion}>
            <span>{told.version(each.ruleVersion, each.by?.name ?? told.unknown)}</span>{' '}
            <Time at={each.at} />{' '}
            {each.ruleVersion === published ? (
              <span class="mark good">{told.published}</span>
            ) : mayUse('rules:manage') ? (
              <button type="button" class="small" onClick={() => restore(each)}>
                {told.restore}
              </button>
            ) : null}
            <Difference of={each} before={items[i + 1]} />
          </li>
        ))}
      </ol>
    </section>
  )
}

interface DifferenceProps {
  readonly of: RuleVersion
  /** The one before it; undefined: it is the first, or not known. */
  readonly before: RuleVersion | undefined
}

function Difference({ of, before }: DifferenceProps) {
  const told = words.rules.versions
  const lines = diffLines(before === undefined ? '' : formatRule(before.rule), formatRule(of.rule))
  return (
    <details>
      <summary>{before === undefined ? told.first : told.difference}</summary>
      <pre class="line-diff">
        {lines.map(({ kind, line }, i) => {
          const Element = elements[kind]
          return (
            <Element key={i}>
              {before === undefined ? '' : `${signs[kind]} `}
              {line}
              {'\n'}
            </Element>
          )
        })}
      </pre>
    </details>
  )
}
