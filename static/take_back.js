// Undoing what waits on this phone: it leaves the queue as if it had never been made.
"use strict";

// Resolves to whether the record is out. What may have reached the server stays; so does what was made before such a
// one, for the numbers of those behind it move up, so that the office misses none.
async function takeBack(id) {
  let isOut = false;
  await store.keep(["facts", "records"], "readwrite", (facts, records) => {
    const phone = facts.get("device"), all = records.getAll();
    all.onsuccess = () => {
      const device = phone.result, made = all.result.find((one) => one.id === id);
      const behind = all.result.filter((one) => made && one.number > made.number);
      if (!made || [made, ...behind].some((one) => one.doubted)) return;
      if (device.made - made.number !== behind.length) return;
      isOut = true;
      records.delete(id);
      for (const one of behind) records.put({ ...one, number: one.number - 1 });
      facts.put({ ...device, made: device.made - 1 });
    };
  });
  await outbox.show();
  return isOut;
}
