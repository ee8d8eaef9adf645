// A button that copies a link, and reports the result next to itself.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { copy } from '../../http/clipboard.ts'
import { address } from '../../state/address.ts'
import { words } from '../../words/words.ts'
import { Button } from './button.tsx'

interface CopyLinkProps {
  readonly linkOf: () => string
  readonly children: ComponentChildren
  readonly class: string
}

export function CopyLink({ linkOf, children, class: name }: CopyLinkProps) {
  const [told, setTold] = useState({ of: '', text: '' })
  // The result applies to the address at the time of the press.
  const now = address.value.toString()
  const press = async () => {
    // Emptied first: a screen reader does not announce an unchanged text.
    setTold({ of: now, text: '' })
    const { linkCopied: done, linkNotCopied: not } = words.views
    setTold({ of: now, text: await copy(linkOf(), { done, not }) })
  }
  return (
    <span class={name}>
      <Button onClick={press}>{children}</Button>{' '}
      <span class="soft" role="status">
        {told.of === now ? told.text : ''}
      </span>
    </span>
  )
}
