// One member of a posted report: its format, its row in formats.md,
// its normal form.

import type { Format, Optional } from '../format/format.ts'

export interface PostedMember<M extends Format | Optional = Format | Optional, Normal = unknown> {
  readonly format: M
  readonly row: MemberRow
  /** The form in which intake uses it; undefined leaves it out. Pure. */
  readonly normal: (posted: PostedOf<M>) => Normal
}

/** A row of the table of members in formats.md. */
export interface MemberRow {
  /** Left out: the member's. */
  readonly name?: string
  readonly says: string
  /** What is taken without it; left out for one that is required. */
  readonly without?: string
}

type PostedOf<M> =
  M extends Optional<infer V> ? V | undefined : M extends Format<infer V> ? V : never

type PostedMembers = Readonly<Record<string, PostedMember>>
type NormalOf<P> = P extends { readonly normal: (posted: never) => infer Normal } ? Normal : never

/** The formats of members. */
export type FormatsOf<P extends PostedMembers> = { readonly [K in keyof P]: P[K]['format'] }
/** The normal forms of members; one that may be undefined may be left out. */
export type NormalsOf<P> = {
  readonly [K in keyof P as undefined extends NormalOf<P[K]> ? never : K]: NormalOf<P[K]>
} & {
  readonly [K in keyof P as undefined extends NormalOf<P[K]> ? K : never]?: Exclude<
    NormalOf<P[K]>,
    undefined
  >
}

export function member<const M extends Format | Optional, Normal>(
  format: M,
  row: MemberRow & (M extends Optional ? { readonly without: string } : unknown),
  normal: (posted: PostedOf<M>) => Normal
): PostedMember<M, Normal> {
  return { format, row, normal }
}

/** The normal form of a member that is used as posted. */
export function asPosted<T>(posted: T): T {
  return posted
}

export function collectFormats<P extends PostedMembers>(members: P): FormatsOf<P> {
  return Object.fromEntries(
    Object.entries(members).map(([name, { format }]) => [name, format])
  ) as FormatsOf<P>
}
