/** First in, first out, in constant time however long it grows. */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  #head = 0

  /** How many items wait. */
  get length(): number {
    return this.#items.length - this.#head
  }

  /** The item that leaves next. */
  get first(): T | undefined {
    return this.#items[this.#head]
  }

  /** The item that came last. */
  get last(): T | undefined {
    return this.length === 0 ? undefined : this.#items.at(-1)
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item)
  }

  /** Takes the first item. */
  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    // Half of the array is behind us: move the rest, so that each item is moved about once.
    if (this.#head > 16 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** The items, first to last; the queue must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, void> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index] as T
  }

  /** Takes all items at once. */
  drain(): T[] {
    const items = this.#items.slice(this.#head) as T[]
    this.#items = []
    this.#head = 0
    return items
  }
}
