// A chosen file is sent to the server as an event, in memory: nothing is uploaded to a folder, here or there.
element.addEventListener("change", async (event) => {
  const input = event.target.closest("input[type=file]");
  const file = input && input.files[0];
  if (!file) return;
  if (file.size > Number(input.dataset.most)) {
    trigger("act", { do: "refuse", why: input.dataset.tooLarge });
    input.value = "";
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let place = 0; place < bytes.length; place += 32768) text += String.fromCharCode(...bytes.subarray(place, place + 32768));
  trigger("act", { do: "file", name: file.name, data: btoa(text) });
  input.value = "";
});
