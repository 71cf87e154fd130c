#pragma once
// A chart's legend outside its plot: a row of chips that show each line's look, name and value, and switch it on and
// off.

#include <QAbstractButton>
#include <QColor>
#include <QFontMetrics>
#include <QVector>
#include <QWidget>

class QToolButton;

namespace aha {

/// One line of the legend. Checked = the line is shown.
class LegendChip : public QAbstractButton {
    Q_OBJECT
public:
    struct Look {
        QString label;
        QColor color;
        Qt::PenStyle style = Qt::SolidLine;
        bool points = false;
        QString hint; ///< tooltip; plain text
        bool shown = true;
        int variant = 0, marker = 0; ///< linelook.h
    };
    LegendChip(const Look& look, QWidget* parent);
    const Look& look() const { return m_look; }
    /// The chip stands for another line, or for the same in other colours.
    void setLook(const Look& look);
    /// `place`: where the value was measured, when that is not where the cursor is. Such a value is quiet. `passing`:
    /// it goes with the cursor.
    void setValue(const QString& value, const QString& place = {}, bool passing = false);
    const QString& value() const { return m_value; }
    const QString& place() const { return m_place; }
    QSize sizeHint() const override; ///< for all that it has shown
    int steadyWidth() const; ///< the same without values that go with the cursor

Q_SIGNALS:
    void grown(bool steadily); ///< false: the row of the chip stays

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QString shownValue() const;
    void tell();
    int valueWidth(const QString& value) const { return m_strong.horizontalAdvance(value); }

    Look m_look;
    QFontMetrics m_strong; ///< of the value's font
    int m_room = 0, m_steadyRoom = 0; ///< pixels kept for the value: of any, and of those that stay
    QString m_value, m_place;
};

/// Chips in at most two rows; those that do not fit are behind a button with a menu.
class LegendChips : public QWidget {
    Q_OBJECT
public:
    explicit LegendChips(QWidget* parent = nullptr);
    /// Deletes no widget at once: the looks change with the palette, in the middle of QApplication::setStyle(), which
    /// goes through a list of all widgets.
    void setLooks(const QVector<LegendChip::Look>& looks);
    /// Not as if the user had clicked.
    void setShown(int index, bool on);
    /// A value that is `passing` changes the rows of no chip: where it has no room it ends with "…".
    void setValue(int index, const QString& value, const QString& place = {}, bool passing = false);
    bool shown(int index) const { return m_chips[index]->isChecked(); }
    int count() const { return int(m_chips.size()); }
    LegendChip* chip(int index) const { return m_chips[index]; }
    QSize minimumSizeHint() const override { return { 80, 0 }; }

Q_SIGNALS:
    void toggled();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Place {
        int row, width; ///< without what widen() adds
    };
    void arrange(); ///< rows anew
    void widen(); ///< gives what a row has left to chips that want more
    int moreWidth() const;

    QVector<LegendChip*> m_chips;
    QToolButton* m_more;
    QVector<Place> m_places; ///< of the chips that stand in the rows
};

} // namespace aha
