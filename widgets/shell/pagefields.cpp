#include "widgets/shell/pagefields.h"

#include "widgets/panels/sessionpart.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QJsonArray>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabWidget>

#include <utility>
#include <vector>

namespace aha {

namespace {

constexpr int kRoundMs = 100;
constexpr int kQuietRounds = 20; ///< after which a field that stands is believed
constexpr int kMostRounds = 100; ///< after which a list that is not filled will not be
constexpr int kMostWrites = 4; ///< into one field: two that push each other about are left alone

const SessionPart* partOf(const QWidget* widget) { return dynamic_cast<const SessionPart*>(widget); }

/// Fields have parts of their own, which are no fields.
bool isWhole(const QWidget* widget)
{
    return qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget)
        || qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QLineEdit*>(widget)
        || qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QAbstractButton*>(widget);
}

/// Every named widget of the page with its key: the name, and a number where a name comes again. The order is the one
/// they were made in, which is the same each time.
template <class Visit> void walk(QWidget* at, bool elsewhere, QHash<QString, int>& seen, Visit&& visit)
{
    if (const QVariant says = at->property(kKeptElsewhere); says.isValid())
        elsewhere = says.toBool();
    const QString name = at->objectName();
    if (!name.startsWith(QLatin1String("qt_"))) {
        if (!elsewhere && (!name.isEmpty() || partOf(at))) {
            const QString plain = name.isEmpty() ? QString::fromLatin1(at->metaObject()->className()) : name;
            const int before = seen[plain]++;
            visit(before == 0 ? plain : plain + QLatin1Char('#') + QString::number(before + 1), at);
        }
    }
    if (isWhole(at))
        return;
    for (QObject* child : at->children())
        if (auto* widget = qobject_cast<QWidget*>(child); widget && !widget->isWindow())
            walk(widget, elsewhere, seen, visit);
}

/// Visiting may make and remove widgets.
template <class Visit> void eachField(QWidget* page, Visit&& visit)
{
    QHash<QString, int> seen;
    std::vector<std::pair<QString, QPointer<QWidget>>> found;
    walk(page, false, seen, [&](const QString& key, QWidget* widget) { found.emplace_back(key, widget); });
    for (const auto& [key, widget] : found)
        if (widget)
            visit(key, widget.data());
}

/// "mixed (12)" is "mixed", whatever was counted.
QString bare(const QString& text)
{
    static const QRegularExpression count(QStringLiteral(" \\([^()]*\\)$"));
    return QString(text).remove(count);
}

int placeOf(const QComboBox& box, const QJsonObject& wish, bool byPlace)
{
    const QString data = wish[QStringLiteral("data")].toString(), text = wish[QStringLiteral("text")].toString();
    const int place = wish[QStringLiteral("place")].toInt(-1);
    if (!data.isEmpty() || wish.contains(QStringLiteral("data"))) {
        for (int i = 0; i < box.count(); ++i)
            if (box.itemData(i).isValid() && box.itemData(i).toString() == data)
                return i;
        return -1;
    }
    if (byPlace)
        return place < box.count() ? place : -1;
    // Two items may read alike: the one in its old place first.
    if (place >= 0 && place < box.count() && box.itemText(place) == text)
        return place;
    if (const int same = box.findText(text); same >= 0)
        return same;
    for (int i = 0; i < box.count(); ++i)
        if (bare(box.itemText(i)) == bare(text))
            return i;
    return -1;
}

QJsonValue read(const QWidget* widget)
{
    if (const SessionPart* part = partOf(widget)) {
        const QJsonObject state = part->sessionState();
        return state.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(state);
    }
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
        if (box->isEditable())
            return QJsonObject { { "text", box->currentText() } };
        if (box->currentIndex() < 0)
            return QJsonValue::Undefined;
        QJsonObject wish { { "text", box->currentText() }, { "place", box->currentIndex() } };
        if (box->currentData().isValid())
            wish[QStringLiteral("data")] = box->currentData().toString();
        return wish;
    }
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget))
        return edit->isReadOnly() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(edit->text());
    if (const auto* text = qobject_cast<const QPlainTextEdit*>(widget))
        return text->isReadOnly() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(text->toPlainText());
    if (const auto* number = qobject_cast<const QSpinBox*>(widget))
        return number->value();
    if (const auto* number = qobject_cast<const QDoubleSpinBox*>(widget))
        return number->value();
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        return button->isCheckable() ? QJsonValue(button->isChecked()) : QJsonValue(QJsonValue::Undefined);
    if (const auto* tabs = qobject_cast<const QTabWidget*>(widget))
        return tabs->currentIndex();
    if (const auto* stack = qobject_cast<const QStackedWidget*>(widget))
        return stack->currentIndex();
    if (const auto* slider = qobject_cast<const QAbstractSlider*>(widget);
        slider && !qobject_cast<const QScrollBar*>(widget))
        return slider->value();
    if (const auto* view = qobject_cast<const QAbstractItemView*>(widget)) {
        const QModelIndex at = view->currentIndex();
        return at.isValid() && !at.parent().isValid() ? QJsonValue(QJsonArray { at.row(), at.column() })
                                                      : QJsonValue(QJsonValue::Undefined);
    }
    return QJsonValue::Undefined;
}

bool stands(const QWidget* widget, const QJsonValue& wish, bool byPlace)
{
    const QJsonValue now = read(widget);
    if (const auto* box = qobject_cast<const QComboBox*>(widget); box && !box->isEditable() && !partOf(widget)) {
        const int place = placeOf(*box, wish.toObject(), byPlace);
        return place >= 0 && place == box->currentIndex();
    }
    return now == wish || (now.isDouble() && wish.isDouble() && qFuzzyCompare(1 + now.toDouble(), 1 + wish.toDouble()));
}

/// As a person would do it, so that the page does what it does then. False: that is not there yet.
bool write(QWidget* widget, const QJsonValue& wish, bool byPlace)
{
    if (auto* part = dynamic_cast<SessionPart*>(widget)) {
        part->restoreSession(wish.toObject());
        return true;
    }
    if (auto* box = qobject_cast<QComboBox*>(widget)) {
        const QJsonObject given = wish.toObject();
        if (box->isEditable()) {
            box->setEditText(given[QStringLiteral("text")].toString());
            return true;
        }
        const int place = placeOf(*box, given, byPlace);
        if (place < 0)
            return false;
        box->setProperty(kPutBack, true);
        box->setCurrentIndex(place);
        Q_EMIT box->activated(place);
        box->setProperty(kPutBack, QVariant());
        return true;
    }
    if (auto* edit = qobject_cast<QLineEdit*>(widget)) {
        if (edit->isReadOnly() || !wish.isString())
            return false;
        edit->setText(wish.toString());
        Q_EMIT edit->textEdited(edit->text());
        return true;
    }
    if (auto* text = qobject_cast<QPlainTextEdit*>(widget)) {
        if (text->isReadOnly() || !wish.isString())
            return false;
        text->setPlainText(wish.toString());
        return true;
    }
    if (auto* number = qobject_cast<QSpinBox*>(widget)) {
        if (wish.toInt() < number->minimum() || wish.toInt() > number->maximum())
            return false;
        number->setValue(wish.toInt());
        return true;
    }
    if (auto* number = qobject_cast<QDoubleSpinBox*>(widget)) {
        if (wish.toDouble() < number->minimum() || wish.toDouble() > number->maximum())
            return false;
        number->setValue(wish.toDouble());
        return true;
    }
    if (auto* button = qobject_cast<QAbstractButton*>(widget)) {
        if (!button->isCheckable() || !button->isEnabled())
            return false;
        button->click();
        return true;
    }
    const auto inside = [&](int count) { return wish.isDouble() && wish.toInt() >= 0 && wish.toInt() < count; };
    if (auto* tabs = qobject_cast<QTabWidget*>(widget)) {
        if (inside(tabs->count()))
            tabs->setCurrentIndex(wish.toInt());
        return inside(tabs->count());
    }
    if (auto* stack = qobject_cast<QStackedWidget*>(widget)) {
        if (inside(stack->count()))
            stack->setCurrentIndex(wish.toInt());
        return inside(stack->count());
    }
    if (auto* slider = qobject_cast<QAbstractSlider*>(widget)) {
        if (wish.toInt() < slider->minimum() || wish.toInt() > slider->maximum())
            return false;
        slider->setValue(wish.toInt());
        return true;
    }
    if (auto* view = qobject_cast<QAbstractItemView*>(widget)) {
        const QJsonArray at = wish.toArray();
        const QModelIndex index
            = view->model() ? view->model()->index(at[0].toInt(-1), at[1].toInt(-1)) : QModelIndex();
        if (!index.isValid() || !view->isVisible())
            return false;
        view->setCurrentIndex(index);
        return true;
    }
    return false;
}

} // namespace

PageFields::PageFields(QWidget* page)
    : QObject(page)
    , m_page(page)
{
    m_again.setSingleShot(true);
    m_again.setInterval(kRoundMs);
    connect(&m_again, &QTimer::timeout, this, &PageFields::goRound);
    page->installEventFilter(this);
    // What stands on a tab is read when the tab is shown.
    for (const QTabWidget* tabs : page->findChildren<QTabWidget*>())
        connect(tabs, &QTabWidget::currentChanged, this, &PageFields::begin, Qt::QueuedConnection);
}

QJsonObject PageFields::state() const
{
    QJsonObject state;
    if (m_page)
        eachField(m_page, [&](const QString& key, const QWidget* widget) {
            if (const QJsonValue value = read(widget); !value.isUndefined())
                state[key] = value;
        });
    for (auto it = m_wanted.begin(); it != m_wanted.end(); ++it)
        state[it.key()] = it.value();
    return state;
}

void PageFields::restore(const QJsonObject& wanted, bool byPlace)
{
    m_wanted = wanted;
    m_byPlace = byPlace;
    m_written.clear();
    if (m_wanted.isEmpty())
        return;
    qApp->installEventFilter(this);
    begin();
    goRound();
}

void PageFields::begin()
{
    m_rounds = 0;
    if (isWaiting() && !m_again.isActive())
        m_again.start();
}

void PageFields::goRound()
{
    if (!m_page || m_wanted.isEmpty())
        return;
    bool missing = false;
    for (int pass = 0; pass < kMostWrites; ++pass) {
        bool moved = false;
        missing = false;
        eachField(m_page, [&](const QString& key, QWidget* widget) {
            const QJsonValue wish = m_wanted.value(key);
            if (wish.isUndefined() || stands(widget, wish, m_byPlace) || m_written.value(key) >= kMostWrites)
                return;
            if (write(widget, wish, m_byPlace)) {
                ++m_written[key];
                moved = true;
            } else
                missing = missing || widget->isVisible();
        });
        if (!moved)
            break;
    }
    if (!m_page->isVisible())
        return; // goes on when it is shown
    if (++m_rounds < (missing ? kMostRounds : kQuietRounds))
        m_again.start();
    else
        finish();
}

void PageFields::finish()
{
    m_again.stop();
    QJsonObject hidden;
    if (m_page)
        eachField(m_page, [&](const QString& key, const QWidget* widget) {
            if (const QJsonValue wish = m_wanted.value(key);
                !wish.isUndefined() && !widget->isVisible() && !stands(widget, wish, m_byPlace))
                hidden[key] = wish;
        });
    m_wanted = hidden;
    if (m_wanted.isEmpty())
        qApp->removeEventFilter(this);
}

void PageFields::settle() { finish(); }

void PageFields::forget(const QStringList& fields)
{
    for (const QString& field : fields)
        m_wanted.remove(field);
    if (m_wanted.isEmpty())
        finish();
}

bool PageFields::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_page && event->type() == QEvent::Show)
        begin();
    const bool pressed = event->type() == QEvent::MouseButtonPress || event->type() == QEvent::KeyPress
        || event->type() == QEvent::Wheel || event->type() == QEvent::InputMethod || event->type() == QEvent::Drop;
    if (pressed && isWaiting() && m_page && m_page->isVisible())
        if (const auto* widget = qobject_cast<QWidget*>(object); widget && m_page->isAncestorOf(widget))
            finish();
    return QObject::eventFilter(object, event);
}

} // namespace aha
