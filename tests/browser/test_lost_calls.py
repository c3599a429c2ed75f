"""A message sent just while Gradio closes the stream of the last answer is answered all the same."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open, ask

# Holds back the line by which the server closes the stream of answers: the page sends the next message before it reads it.
LATE_CLOSE = """
const fetched = window.fetch;
window.lateCloses = 0;
window.fetch = async (...given) => {
  const response = await fetched(...given);
  if (!String(given[0].url ?? given[0]).includes("queue/data")) return response;
  const lines = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new TransformStream({
    async transform(text, controller) {
      for (const event of text.split(/(?<=\\n\\n)/)) {
        if (event.includes("close_stream")) {
          window.lateCloses += 1;
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
        controller.enqueue(event);
      }
    },
  })).pipeThrough(new TextEncoderStream());
  return new Response(lines, { status: response.status, headers: response.headers });
};
"""


def test_a_message_sent_while_the_stream_closes_is_answered(visit: Open) -> None:
    page = visit(script=LATE_CLOSE)
    ask(page, "Does kratom damage the liver?")
    page.get_by_label("Your question about kratom").fill("Does kratom slow the heart?")
    page.keyboard.press("Enter")
    expect(page.locator("#log .turn")).to_have_count(2)
    assert page.evaluate("window.lateCloses") >= 1
