"""Makes the small real PDF files that the tests read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import DecodedStreamObject, NameObject


def write_pdf(path: Path, pages: Sequence[str]) -> Path:
    """Write a PDF with one page per text; an empty text gives a page without any text, as a scan has."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for text in pages:
        pdf.add_page()
        if text:
            pdf.multi_cell(0, text=text)
        else:
            pdf.rect(20, 20, 100, 100, style="F")
    pdf.output(str(path))
    return path


def write_labelled_pdf(path: Path, pages: Sequence[str], roman: int) -> Path:
    """Write a PDF whose first `roman` pages are labelled i, ii, … and the others 1, 2, …"""
    writer = PdfWriter(clone_from=PdfReader(write_pdf(path, pages)))
    writer.set_page_label(0, roman - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(roman, len(pages) - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.write(path)
    return path


def write_bomb(path: Path, megabytes: int) -> Path:
    """Write a small PDF whose only page unpacks to so many megabytes."""
    writer = PdfWriter(clone_from=PdfReader(write_pdf(path, ["Words."])))
    content = DecodedStreamObject()
    content.set_data(b" " * (megabytes * 1024**2))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content.flate_encode())
    writer.write(path)
    return path


def write_encrypted_pdf(path: Path, pages: Sequence[str], *, password: str) -> Path:
    """Write a PDF that a user password protects; an empty password only restricts what may be done with it."""
    writer = PdfWriter(clone_from=PdfReader(write_pdf(path, pages)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    writer.write(path)
    return path
