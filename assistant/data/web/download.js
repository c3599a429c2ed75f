// The server sends a file's name, type and text; the browser saves it. Nothing is written on the server.
watch("value", () => {
  if (!props.value) return;
  const file = JSON.parse(props.value);
  const address = URL.createObjectURL(new Blob([file.text], { type: file.type + ";charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: file.name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
});
