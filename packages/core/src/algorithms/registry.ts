import { invalidArgument, SSHError } from '../errors.ts'
import { checkDefinition, titleOf } from './check.ts'
import type { AlgorithmDefinition, AlgorithmKind, AlgorithmPack, DefinitionOf } from './definition.ts'
import { noneCipher, noneCompression, noneMac } from './none.ts'

/** Where `use` puts new definitions in their kind's list; at the end where nothing is said. */
export type Placement = { readonly before: string } | { readonly after: string } | { readonly first: true }

/** The algorithms of one kind, most preferred first. */
export class AlgorithmList<Kind extends AlgorithmKind = AlgorithmKind> implements Iterable<DefinitionOf[Kind]> {
  /** Which kind. */
  readonly kind: Kind
  #definitions: readonly DefinitionOf[Kind][]

  /** @internal */
  constructor(kind: Kind, definitions: readonly DefinitionOf[Kind][] = []) {
    this.kind = kind
    this.#definitions = definitions
  }

  /** All names, insecure ones included, most preferred first. */
  get names(): readonly string[] {
    return this.#definitions.map((definition) => definition.name)
  }

  /** The names that a transport offers when nobody chooses: those that are not insecure. */
  get defaults(): readonly string[] {
    return this.#definitions.filter((definition) => definition.insecure === undefined).map((definition) => definition.name)
  }

  /** Whether a name is registered. */
  has(name: string): boolean {
    return this.#definitions.some((definition) => definition.name === name)
  }

  /**
   * The definition of a name.
   *
   * @throws SSHError `UNKNOWN_ALGORITHM`, naming what is registered, where there is none
   */
  get(name: string): DefinitionOf[Kind] {
    const found = this.#definitions.find((definition) => definition.name === name)
    if (found === undefined) throw unknownAlgorithm(this.kind, name, this.names)
    return found
  }

  /** The definitions, most preferred first. */
  [Symbol.iterator](): Iterator<DefinitionOf[Kind]> {
    return this.#definitions[Symbol.iterator]()
  }

  /** @internal */
  insert(added: readonly DefinitionOf[Kind][], placement: Placement | undefined): void {
    const known = new Map(this.#definitions.map((definition) => [definition.name, definition]))
    for (const definition of added) {
      const holder = known.get(definition.name)
      if (holder !== undefined) throw nameTaken(definition, holder)
      known.set(definition.name, definition)
    }
    this.#definitions = this.#definitions.toSpliced(this.#position(placement), 0, ...added)
  }

  /** @internal */
  replace(definition: DefinitionOf[Kind]): void {
    const index = this.#definitions.indexOf(this.get(definition.name))
    this.#definitions = this.#definitions.with(index, definition)
  }

  /** @internal */
  clone(): AlgorithmList<Kind> {
    return new AlgorithmList(this.kind, this.#definitions)
  }

  #position(placement: Placement | undefined): number {
    if (placement === undefined) return this.#definitions.length
    if ('first' in placement) return 0
    const [neighbour, offset] = 'before' in placement ? [placement.before, 0] : [placement.after, 1]
    return this.#definitions.indexOf(this.get(neighbour)) + offset
  }
}

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
  #lists: { readonly [Kind in AlgorithmKind]: AlgorithmList<Kind> } = {
    cipher: new AlgorithmList('cipher'),
    mac: new AlgorithmList('mac'),
    'key-exchange': new AlgorithmList('key-exchange'),
    'public-key': new AlgorithmList('public-key'),
    compression: new AlgorithmList('compression'),
  }

  /** @param packs what to register, as {@link use} does */
  constructor(...packs: readonly AlgorithmPack[]) {
    this.use([noneCipher, noneMac, noneCompression])
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
    const next = this.#clonedLists()
    for (const kind of Object.keys(next) as AlgorithmKind[]) insertOfKind(next[kind], definitions, placement)
    this.#lists = next
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
    for (const definition of definitions) {
      const list: AlgorithmList = this.#lists[definition.kind]
      if (list.has(definition.name)) list.replace(definition)
    }
    return this
  }

  /** A registry of the same contents, independent from now on. */
  clone(): AlgorithmRegistry {
    const copy = new AlgorithmRegistry()
    copy.#lists = this.#clonedLists()
    return copy
  }

  #clonedLists(): { readonly [Kind in AlgorithmKind]: AlgorithmList<Kind> } {
    return {
      cipher: this.#lists.cipher.clone(),
      mac: this.#lists.mac.clone(),
      'key-exchange': this.#lists['key-exchange'].clone(),
      'public-key': this.#lists['public-key'].clone(),
      compression: this.#lists.compression.clone(),
    }
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

function insertOfKind<Kind extends AlgorithmKind>(
  list: AlgorithmList<Kind>,
  definitions: readonly AlgorithmDefinition[],
  placement: Placement | undefined,
): void {
  const added = definitions.filter((definition) => definition.kind === list.kind)
  if (added.length > 0) list.insert(added as DefinitionOf[Kind][], placement)
}
