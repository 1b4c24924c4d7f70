import { invalidArgument, SSHError } from '../errors.ts'
import { checkDefinition, titleOf } from './check.ts'
import type { AlgorithmDefinition, AlgorithmKind, AlgorithmPack, DefinitionOf } from './definition.ts'
import { noneCipher, noneCompression, noneMac } from './none.ts'

/** Where `use` puts new definitions in their kind's list; at the end where nothing is said. */
export type Placement = { readonly before: string } | { readonly after: string } | { readonly first: true }

/** The algorithms of one kind, most preferred first. It never changes: a registry that does has another list then. */
export class AlgorithmList<Kind extends AlgorithmKind = AlgorithmKind> implements Iterable<DefinitionOf[Kind]> {
  /** Which kind. */
  readonly kind: Kind
  /** All names, insecure ones included, most preferred first. */
  readonly names: readonly string[]
  /** The names that a transport offers when nobody chooses: those that are not insecure. */
  readonly defaults: readonly string[]
  readonly #definitions: ReadonlyMap<string, DefinitionOf[Kind]>

  /** @internal */
  constructor(kind: Kind, definitions: readonly DefinitionOf[Kind][]) {
    this.kind = kind
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]))
    this.names = Object.freeze([...this.#definitions.keys()])
    this.defaults = Object.freeze(this.names.filter((name) => this.get(name).insecure === undefined))
  }

  /** Whether a name is registered. */
  has(name: string): boolean {
    return this.#definitions.has(name)
  }

  /**
   * The definition of a name.
   *
   * @throws SSHError `UNKNOWN_ALGORITHM`, naming what is registered, where there is none
   */
  get(name: string): DefinitionOf[Kind] {
    const found = this.#definitions.get(name)
    if (found === undefined) throw unknownAlgorithm(this.kind, name, this.names)
    return found
  }

  /** The definitions, most preferred first. */
  [Symbol.iterator](): Iterator<DefinitionOf[Kind]> {
    return this.#definitions.values()
  }

  /** @internal */
  with(added: readonly DefinitionOf[Kind][], placement: Placement | undefined): AlgorithmList<Kind> {
    if (added.length === 0) return this
    const known = new Map(this.#definitions)
    for (const definition of added) {
      const holder = known.get(definition.name)
      if (holder !== undefined) throw nameTaken(definition, holder)
      known.set(definition.name, definition)
    }
    return new AlgorithmList(this.kind, [...this].toSpliced(this.#position(placement), 0, ...added))
  }

  /** @internal */
  replacing(definitions: readonly DefinitionOf[Kind][]): AlgorithmList<Kind> {
    const replaced = new Map(this.#definitions)
    for (const definition of definitions) if (replaced.has(definition.name)) replaced.set(definition.name, definition)
    return new AlgorithmList(this.kind, [...replaced.values()])
  }

  #position(placement: Placement | undefined): number {
    if (placement === undefined) return this.names.length
    if ('first' in placement) return 0
    const [neighbour, offset] = 'before' in placement ? [placement.before, 0] : [placement.after, 1]
    return this.names.indexOf(this.get(neighbour).name) + offset
  }
}

type Lists = { readonly [Kind in AlgorithmKind]: AlgorithmList<Kind> }

/** What every registry begins with. */
const initialLists: Lists = /* @__PURE__ */ Object.freeze({
  cipher: /* @__PURE__ */ new AlgorithmList('cipher', [noneCipher]),
  mac: /* @__PURE__ */ new AlgorithmList('mac', [noneMac]),
  'key-exchange': /* @__PURE__ */ new AlgorithmList('key-exchange', []),
  'public-key': /* @__PURE__ */ new AlgorithmList('public-key', []),
  compression: /* @__PURE__ */ new AlgorithmList('compression', [noneCompression]),
})

/**
 * Five ordered registries, one of each kind. A transport takes a snapshot of one; there is no process-wide registry.
 *
 * Core itself registers `none`: the compression, and, as insecure, the cipher and the MAC.
 *
 * @example
 * ```ts
 * import { AlgorithmRegistry } from '@seashell/core'
 * import { modern } from '@seashell/presets'
 *
 * const algorithms = new AlgorithmRegistry(modern)
 * console.log(algorithms.ciphers.names)
 * ```
 */
export class AlgorithmRegistry {
  /** Clones have the very same: each connection takes one. */
  #lists = initialLists

  /** @param packs what to register, as {@link use} does */
  constructor(...packs: readonly AlgorithmPack[]) {
    for (const pack of packs) this.use(pack)
  }

  /** Ciphers, AEADs included. */
  get ciphers(): AlgorithmList<'cipher'> {
    return this.#lists.cipher
  }

  /** Message authentication codes. */
  get macs(): AlgorithmList<'mac'> {
    return this.#lists.mac
  }

  /** Key exchange methods. */
  get keyExchanges(): AlgorithmList<'key-exchange'> {
    return this.#lists['key-exchange']
  }

  /** Signature algorithms and their key formats. */
  get publicKeys(): AlgorithmList<'public-key'> {
    return this.#lists['public-key']
  }

  /** Compression methods. */
  get compressions(): AlgorithmList<'compression'> {
    return this.#lists.compression
  }

  /**
   * Registers definitions, each in its kind's list, in the order given.
   *
   * @param pack a definition, or a list of them
   * @param placement where in the list; at the end where absent
   * @throws SSHError `ARGUMENT` where a definition is not well-formed or its name is registered already, `UNKNOWN_ALGORITHM` where the
   *   neighbour that `placement` names is not; then nothing has changed
   */
  use(pack: AlgorithmPack, placement?: Placement): this {
    const definitions = listOf(pack)
    for (const definition of definitions) checkDefinition(definition)
    this.#lists = mapLists(this.#lists, (list) => list.with(ofKind(list.kind, definitions), placement))
    return this
  }

  /**
   * Swaps the implementation of names that are registered; their order stays. `@seashell/node` overrides portable definitions so.
   *
   * Names that are not registered are left out: a provider may carry more than an application wants.
   *
   * @throws SSHError `ARGUMENT` where a definition is not well-formed; then nothing has changed
   */
  override(pack: AlgorithmPack): this {
    const definitions = listOf(pack)
    for (const definition of definitions) checkDefinition(definition)
    this.#lists = mapLists(this.#lists, (list) => list.replacing(ofKind(list.kind, definitions)))
    return this
  }

  /** A registry of the same contents, independent from now on. */
  clone(): AlgorithmRegistry {
    const copy = new AlgorithmRegistry()
    copy.#lists = this.#lists
    return copy
  }
}

/** A name stands for one implementation; which of the two the application wants, it has to say. */
function nameTaken(definition: AlgorithmDefinition, holder: AlgorithmDefinition): SSHError {
  const replace = 'use override() in place of use() to replace that, or register this one under a name of its own'
  return invalidArgument(
    `${titleOf({ ...definition })} cannot be registered: its name is registered already, by ${holder.provider}; ${replace}`,
  )
}

/** Nothing registered that name; the message says what is. */
function unknownAlgorithm(kind: AlgorithmKind, name: string, registered: readonly string[]): SSHError {
  const known = registered.length === 0 ? 'none is registered' : `registered are ${registered.join(', ')}`
  const message = `unknown ${kind} ${JSON.stringify(name)}; ${known}: use() registers what an algorithm's package exports`
  return new SSHError('UNKNOWN_ALGORITHM', message, { fault: 'caller' })
}

function listOf(pack: AlgorithmPack): readonly AlgorithmDefinition[] {
  return Array.isArray(pack) ? pack : [pack as AlgorithmDefinition]
}

function ofKind<Kind extends AlgorithmKind>(kind: Kind, definitions: readonly AlgorithmDefinition[]): readonly DefinitionOf[Kind][] {
  return definitions.filter((definition) => definition.kind === kind) as DefinitionOf[Kind][]
}

function mapLists(lists: Lists, change: <Kind extends AlgorithmKind>(list: AlgorithmList<Kind>) => AlgorithmList<Kind>): Lists {
  return {
    cipher: change(lists.cipher),
    mac: change(lists.mac),
    'key-exchange': change(lists['key-exchange']),
    'public-key': change(lists['public-key']),
    compression: change(lists.compression),
  }
}
