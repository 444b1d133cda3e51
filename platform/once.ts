/**
 * Makes something once for each `Call.onceId`: what was made under that id before, or by another run at the same moment, is
 * answered instead. The id must be the thing's own, so that the store refuses a second one.
 * @param find what stands under the id now, or null
 */
export async function once<Made>(
  onceId: string | null,
  find: (id: string) => Promise<Made | null>,
  make: () => Promise<Made>,
): Promise<Made> {
  if (onceId === null) return make()
  const before = await find(onceId)
  if (before !== null) return before
  try {
    return await make()
  } catch (error) {
    // Another run was quicker, or the answer to our own was lost.
    const meanwhile = await find(onceId).catch(() => null)
    if (meanwhile !== null) return meanwhile
    throw error
  }
}
