#include "widgets/plots/emptyhint.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace aha {

EmptyHint::EmptyHint(QAbstractItemView* view, const char* name, const QString& text)
    : EmptyHint(static_cast<QAbstractScrollArea*>(view), name, text)
{
    const QAbstractItemModel* model = view->model();
    // A model that belongs to the view says that its rows go when the view is no view any more.
    const auto follow = [this, model] {
        if (const auto* around = qobject_cast<QAbstractItemView*>(parentWidget()))
            setVisible(model->rowCount(around->rootIndex()) == 0);
    };
    connect(model, &QAbstractItemModel::rowsInserted, this, follow);
    connect(model, &QAbstractItemModel::rowsRemoved, this, follow);
    connect(model, &QAbstractItemModel::modelReset, this, follow);
    follow();
}

EmptyHint::EmptyHint(QAbstractScrollArea* area, const char* name, const QString& text)
    : QWidget(area) // not in the viewport, which moves its children when it scrolls
    , m_area(area)
    , m_text(new QLabel(this))
    , m_buttons(new QHBoxLayout)
{
    m_text->setObjectName(QString::fromLatin1(name));
    m_text->setProperty("role", QStringLiteral("hint"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    m_buttons->addStretch(1);
    m_buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(10);
    layout->addStretch(1);
    layout->addWidget(m_text);
    layout->addLayout(m_buttons);
    layout->addStretch(1);
    m_area->viewport()->installEventFilter(this);
    setText(text);
    fit();
}

void EmptyHint::setText(const QString& text) { m_text->setText(text); }

QString EmptyHint::text() const { return m_text->text(); }

QPushButton* EmptyHint::addButton(const char* name, const QString& text, std::function<void()> work)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName(QString::fromLatin1(name));
    button->setAccessibleName(text);
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    connect(button, &QPushButton::clicked, this, std::move(work));
    setAttribute(Qt::WA_TransparentForMouseEvents, false);
    return button;
}

bool EmptyHint::eventFilter(QObject* object, QEvent* event)
{
    // The kind comes first: others arrive while the area is being destroyed, which then has no viewport.
    if ((event->type() == QEvent::Resize || event->type() == QEvent::Move) && object == m_area->viewport())
        fit();
    return QWidget::eventFilter(object, event);
}

void EmptyHint::fit() { setGeometry(m_area->viewport()->geometry()); }

} // namespace aha
