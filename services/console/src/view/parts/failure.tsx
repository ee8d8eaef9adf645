// Says that the last question was not answered: what is shown may be older than it looks.

import type { Asked } from '../../state/resource.ts'
import { words } from '../../words/words.ts'

export function Failure({ failure }: { readonly failure: Asked<unknown>['failure'] }) {
  if (failure === null) return null
  return (
    <p class="failure" role="alert">
      <span aria-hidden="true">✕</span>{' '}
      {failure === 'unreachable' ? words.views.notAnswered : words.views.notTold(failure.detail)}
    </p>
  )
}
