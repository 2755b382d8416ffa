"""Open needs by village: where a class is worth holding, and who would come."""

from flask import Blueprint, abort, render_template
from flask_login import current_user

import needs
from access import allow
from models import Course, now
from terms import HOSTS
from views import areas

bp = Blueprint("needs", __name__)


@bp.get("/needs")
@allow(HOSTS)
def index():
    options, counts = needs.answerable(), needs.count(current_user.area)
    return render_template(
        "needs/index.html",
        villages=list(current_user.area.village_list()),
        options=options,
        counts=counts,
        most={o.key: max((n for (_, need), n in counts.items() if need == o.key), default=0) for o in options},
    )


@bp.get("/needs/<code>/<need>")
@allow(HOSTS)
def show(code, need):
    """Those who need it in a village, or in the whole area, and the coming classes they may be invited to."""
    area = areas.find(code)
    option = next((option for option in needs.answerable() if option.key == need), None) or abort(404)
    topics = needs.topics_for(need)
    courses = Course.coming(current_user.area, topics, now())
    return render_template(
        "needs/show.html",
        area=area,
        option=option,
        people=needs.people(area, need),
        courses=sorted(courses, key=lambda course: course.area_id != area.id),
        topics=topics,
    )
