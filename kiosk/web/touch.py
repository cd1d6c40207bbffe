"""Pages."""

from flask import Blueprint

bp = Blueprint("touch", __name__)
