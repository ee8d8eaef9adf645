// A button that sends no form, and one that opens what is seldom pressed: it closes by Escape, by a
// press elsewhere, and when the focus leaves it.

import type { ComponentChildren, ComponentProps } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'

export function Button(props: ComponentProps<'button'>) {
  return <button type="button" {...props} />
}

interface MenuProps {
  readonly label: ComponentChildren
  readonly class?: string
  readonly buttonClass?: string
  /** A function: what closes it is given to it. */
  readonly children: ComponentChildren | ((close: () => void) => ComponentChildren)
}

export function Menu({ label, class: name = '', buttonClass = 'bare', children }: MenuProps) {
  const id = useId()
  const room = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    if (!isOpen) return
    const closeOutside = ({ target }: Event) => {
      if (target instanceof Node && !room.current?.contains(target)) setOpen(false)
    }
    addEventListener('pointerdown', closeOutside)
    addEventListener('focusin', closeOutside)
    return () => {
      removeEventListener('pointerdown', closeOutside)
      removeEventListener('focusin', closeOutside)
    }
  }, [isOpen])
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  const closeByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen) return
    // The alert behind it stays open.
    event.stopPropagation()
    close()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is pressed stands in it.
    <div class={`menu-room ${name} ${isOpen ? 'is-open' : ''}`} ref={room} onKeyDown={closeByKey}>
      <button
        type="button"
        class={`menu-button ${buttonClass}`}
        ref={button}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </button>
      <div class="menu as-grid" id={id} hidden={!isOpen}>
        {typeof children === 'function' ? children(close) : children}
      </div>
    </div>
  )
}
